namespace Lwt.Core;

/// <summary>
/// An operation took longer than it was given. Code that knows nothing of promises catches
/// <see cref="TimeoutException"/>. OCaml: <c>Lwt_unix.Timeout</c>.
/// </summary>
public sealed class PromiseTimeoutException : TimeoutException
{
    /// <summary>Makes the exception with its usual message.</summary>
    public PromiseTimeoutException()
        : base("The operation took longer than it was given.") { }

    /// <summary>Makes the exception with a message of its own.</summary>
    public PromiseTimeoutException(string? message)
        : base(message) { }

    /// <summary>Makes the exception with a message and a cause.</summary>
    public PromiseTimeoutException(string? message, Exception? innerException)
        : base(message, innerException) { }

    /// <summary>Any other is equal, whatever its message: in OCaml <c>Lwt_unix.Timeout</c> is a value.</summary>
    public override bool Equals(object? obj) => obj is PromiseTimeoutException;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(PromiseTimeoutException).GetHashCode();
}
