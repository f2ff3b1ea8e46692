namespace Lwt.Core;

/// <summary>
/// An operation took longer than its time limit. Code that does not know promises can catch
/// <see cref="TimeoutException"/>. OCaml: <c>Lwt_unix.Timeout</c>.
/// </summary>
public sealed class PromiseTimeoutException : TimeoutException
{
    /// <summary>Creates the exception with its default message.</summary>
    public PromiseTimeoutException()
        : base("The operation took longer than its time limit.") { }

    /// <summary>Creates the exception with a message.</summary>
    public PromiseTimeoutException(string? message)
        : base(message) { }

    /// <summary>Creates the exception with a message and a cause.</summary>
    public PromiseTimeoutException(string? message, Exception? innerException)
        : base(message, innerException) { }

    /// <summary>Equals any other, whatever its message: in OCaml <c>Lwt_unix.Timeout</c> is a value.</summary>
    public override bool Equals(object? obj) => obj is PromiseTimeoutException;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(PromiseTimeoutException).GetHashCode();
}
