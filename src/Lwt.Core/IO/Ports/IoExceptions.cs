using System.Net.Sockets;

namespace Lwt.Core;

/// <summary>What a failed system call tells. OCaml: the arguments of <c>Unix.Unix_error</c>.</summary>
public interface ISystemError
{
    /// <summary>The name of the error, such as ECONNREFUSED.</summary>
    string ErrorName { get; }

    /// <summary>The system's number of the error; zero where there is none.</summary>
    int ErrorNumber { get; }

    /// <summary>The system call that failed, such as connect.</summary>
    string Call { get; }

    /// <summary>What it was called on, such as an address; empty where there is nothing to say.</summary>
    string Argument { get; }
}

/// <summary>A socket operation failed. OCaml: <c>Unix.Unix_error</c>.</summary>
public sealed class PromiseSocketException : SocketException, ISystemError
{
    internal PromiseSocketException(int error, string call, string argument)
        : base((int)Errno.ToSocketError(error), Text(Errno.Name(error), call, argument, error))
    {
        (ErrorName, ErrorNumber, Call, Argument) = (Errno.Name(error), error, call, argument);
    }

    internal PromiseSocketException(
        SocketException cause,
        string call,
        string argument,
        AddressFamily family = AddressFamily.Unspecified
    )
        : base((int)cause.SocketErrorCode, Text(Name(cause, family), call, argument, Reason(cause, family)))
    {
        (ErrorName, ErrorNumber, Call, Argument) = (Name(cause, family), 0, call, argument);
    }

    /// <inheritdoc/>
    public string ErrorName { get; }

    /// <inheritdoc/>
    public int ErrorNumber { get; }

    /// <inheritdoc/>
    public string Call { get; }

    /// <inheritdoc/>
    public string Argument { get; }

    private static string Text(string name, string call, string argument, int error) =>
        Text(name, call, argument, Libc.Describe(error));

    private static string Text(string name, string call, string argument, string reason) =>
        $"{call}{(argument.Length > 0 ? " " : "")}{argument}: {reason} ({name})";

    private static string Name(SocketException cause, AddressFamily family) =>
        IsMissingPath(cause, family) ? "ENOENT" : Errno.Name(cause.SocketErrorCode);

    private static string Reason(SocketException cause, AddressFamily family) =>
        IsMissingPath(cause, family) ? "No such file or directory" : cause.Message;

    // .NET calls a path that does not exist an address that is not available.
    private static bool IsMissingPath(SocketException cause, AddressFamily family) =>
        family == AddressFamily.Unix && cause.SocketErrorCode == SocketError.AddressNotAvailable;
}

/// <summary>An operation on a descriptor that is no socket failed. OCaml: <c>Unix.Unix_error</c>.</summary>
public sealed class PromiseIOException : IOException, ISystemError
{
    internal PromiseIOException(int error, string call, string argument)
        : base($"{call}{(argument.Length > 0 ? " " : "")}{argument}: {Libc.Describe(error)} ({Errno.Name(error)})")
    {
        (ErrorName, ErrorNumber, Call, Argument) = (Errno.Name(error), error, call, argument);
    }

    internal PromiseIOException(Exception cause, string call, string argument)
        : base($"{call}{(argument.Length > 0 ? " " : "")}{argument}: {cause.Message} ({Errno.Name(cause)})", cause)
    {
        (ErrorName, ErrorNumber, Call, Argument) = (Errno.Name(cause), 0, call, argument);
    }

    internal PromiseIOException(SocketException cause, string call, string argument)
        : base(
            $"{call}{(argument.Length > 0 ? " " : "")}{argument}: {cause.Message} ({Errno.Name(cause.SocketErrorCode)})"
        )
    {
        (ErrorName, ErrorNumber, Call, Argument) = (Errno.Name(cause.SocketErrorCode), 0, call, argument);
    }

    /// <inheritdoc/>
    public string ErrorName { get; }

    /// <inheritdoc/>
    public int ErrorNumber { get; }

    /// <inheritdoc/>
    public string Call { get; }

    /// <inheritdoc/>
    public string Argument { get; }
}

/// <summary>
/// The port was closed: before the operation was called, or while it waited. OCaml: <c>Unix.Unix_error (EBADF, …)</c>.
/// </summary>
public sealed class PortClosedException : ObjectDisposedException, ISystemError
{
    internal PortClosedException(string call, string port)
        : base(port, $"{call}: {port} is closed. Nothing can be done with it any more.")
    {
        (Call, Argument) = (call, port);
    }

    /// <inheritdoc/>
    public string ErrorName => "EBADF";

    /// <inheritdoc/>
    public int ErrorNumber => Errno.EBADF;

    /// <inheritdoc/>
    public string Call { get; }

    /// <inheritdoc/>
    public string Argument { get; }
}
