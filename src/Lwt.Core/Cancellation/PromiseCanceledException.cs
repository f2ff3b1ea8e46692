namespace Lwt.Core;

/// <summary>
/// The exception of a cancelled promise. It derives from <see cref="OperationCanceledException"/>, so code that does
/// not know promises recognizes it. OCaml: <c>Lwt.Canceled</c>.
/// </summary>
/// <remarks>
/// A promise that is rejected with any <see cref="OperationCanceledException"/> counts as cancelled
/// (<see cref="Promise.IsCanceled"/>).
/// </remarks>
public sealed class PromiseCanceledException : OperationCanceledException
{
    private const string UsualMessage = "The promise was canceled.";

    // One object serves all cancelled promises, because creating an exception costs more than everything else. Code
    // that could throw it gets a copy, because a throw writes to its object.
    internal static readonly PromiseCanceledException Shared = new();

    // The shared exception that this is a copy of, if any.
    private PromiseCanceledException? _original;

    /// <summary>Creates the exception with its default message.</summary>
    public PromiseCanceledException()
        : base(UsualMessage) { }

    /// <summary>Creates the exception with a message.</summary>
    public PromiseCanceledException(string? message)
        : base(message) { }

    /// <summary>Creates the exception with a message and a cause.</summary>
    public PromiseCanceledException(string? message, Exception? innerException)
        : base(message, innerException) { }

    /// <summary>Creates the exception with a message, a cause, and the token that cancelled the promise.</summary>
    public PromiseCanceledException(string? message, Exception? innerException, CancellationToken token)
        : base(message, innerException, token) { }

    internal PromiseCanceledException(CancellationToken token)
        : base(UsualMessage, token) { }

    /// <summary>Whether a promise that is rejected with this exception counts as cancelled.</summary>
    internal static bool Is(Exception reason) => reason is OperationCanceledException;

    /// <summary>Returns a copy of this one, to be thrown or passed to users' code.</summary>
    internal PromiseCanceledException Copy() => new(Message, InnerException, CancellationToken) { _original = this };

    /// <summary>
    /// The reason as users' code sees it: a copy of the shared one, because users' code could throw it.
    /// </summary>
    internal static Exception ToShow(Exception reason) => ReferenceEquals(reason, Shared) ? Shared.Copy() : reason;

    /// <summary>
    /// The reason to store for an exception that a method threw: for a copy, the shared original. Otherwise a chain of
    /// methods would carry one object whose stack trace grows at each of them, which takes quadratic time.
    /// </summary>
    internal static Exception Kept(Exception exception) =>
        exception is PromiseCanceledException { _original: { } original } ? original : exception;

    /// <summary>
    /// Equals any other <see cref="PromiseCanceledException"/>, whatever its message, because in OCaml
    /// <c>Lwt.Canceled</c> is a value.
    /// </summary>
    public override bool Equals(object? obj) => obj is PromiseCanceledException;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(PromiseCanceledException).GetHashCode();
}
