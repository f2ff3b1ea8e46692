namespace Lwt.Core;

/// <summary>
/// The reason of a promise that was cancelled. Derives from <see cref="OperationCanceledException"/>, so that code
/// that knows nothing of promises understands it. OCaml: <c>Lwt.Canceled</c>.
/// </summary>
/// <remarks>
/// Any <see cref="OperationCanceledException"/> counts as a cancellation where it rejects a promise
/// (<see cref="Promise.IsCanceled"/>).
/// </remarks>
public sealed class PromiseCanceledException : OperationCanceledException
{
    private const string UsualMessage = "The promise was canceled.";

    // One object serves all cancelled promises, for making an exception costs more than all the rest. Whoever could throw it
    // is given a fresh one, for a throw writes on its object.
    internal static readonly PromiseCanceledException Shared = new();

    // The one that this was made to stand for, if any.
    private PromiseCanceledException? _original;

    /// <summary>Makes the exception with its usual message.</summary>
    public PromiseCanceledException()
        : base(UsualMessage) { }

    /// <summary>Makes the exception with a message of its own.</summary>
    public PromiseCanceledException(string? message)
        : base(message) { }

    /// <summary>Makes the exception with a message and a cause.</summary>
    public PromiseCanceledException(string? message, Exception? innerException)
        : base(message, innerException) { }

    /// <summary>Makes the exception with a message, a cause, and the token whose firing cancelled the promise.</summary>
    public PromiseCanceledException(string? message, Exception? innerException, CancellationToken token)
        : base(message, innerException, token) { }

    internal PromiseCanceledException(CancellationToken token)
        : base(UsualMessage, token) { }

    /// <summary>Whether a promise that is rejected with this counts as cancelled.</summary>
    internal static bool Is(Exception reason) => reason is OperationCanceledException;

    /// <summary>One that stands for this one, to be thrown or given to users' code.</summary>
    internal PromiseCanceledException Copy() => new(Message, InnerException, CancellationToken) { _original = this };

    /// <summary>The reason as users' code is to see it: not the shared one, which it could throw.</summary>
    internal static Exception ToShow(Exception reason) => ReferenceEquals(reason, Shared) ? Shared.Copy() : reason;

    /// <summary>
    /// The reason to keep for an exception that came out of a method: for a copy, what it was a copy of. A chain of methods
    /// would else carry one object whose trace grows at each: quadratic time.
    /// </summary>
    internal static Exception Kept(Exception exception) =>
        exception is PromiseCanceledException { _original: { } original } ? original : exception;

    /// <summary>Any other is equal, whatever its message: in OCaml <c>Lwt.Canceled</c> is a value.</summary>
    public override bool Equals(object? obj) => obj is PromiseCanceledException;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(PromiseCanceledException).GetHashCode();
}
