using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Lwt.Core;

/// <summary>
/// The reason of a promise that was cancelled. Derives from <see cref="OperationCanceledException"/>, so that code
/// that knows nothing of promises understands it. Answers to <c>Lwt.Canceled</c>.
/// </summary>
public sealed class Canceled : OperationCanceledException
{
    // One object serves all cancelled promises; a fresh one is made to be thrown, for a throw writes on its object.
    internal static readonly Canceled Shared = new();

    // Whether this one was made to throw the shared one.
    private bool _isFresh;

    /// <summary>Makes the exception with its usual message.</summary>
    public Canceled()
        : base("The promise was canceled.") { }

    /// <summary>Makes the exception with a message of its own.</summary>
    public Canceled(string message)
        : base(message) { }

    /// <summary>Makes the exception with a message and a cause.</summary>
    public Canceled(string message, Exception innerException)
        : base(message, innerException) { }

    /// <summary>
    /// The reason to keep for an exception that came out of a method: the shared one, if that was what was thrown into
    /// it. A chain of methods would else carry one object whose trace grows at each: quadratic time.
    /// </summary>
    internal static Exception Kept(Exception exception) =>
        exception is Canceled { _isFresh: true } ? Shared : exception;

    // The traces of promises that were thrown from before: each throw adds to its exception's trace, which must not
    // grow with every await of one promise.
    private static readonly ConditionalWeakTable<Promise, ExceptionDispatchInfo> s_traces = new();

    /// <summary>Throws the reason of a rejected promise as it was raised, stack trace included.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    internal static void Rethrow(Promise rejected)
    {
        var reason = rejected.Reason;
        if ((rejected.Flags & Promise.Thrown) == 0 || ReferenceEquals(reason, Shared))
        {
            rejected.Flags |= Promise.Thrown;
            Rethrow(reason);
        }
        s_traces.GetValue(rejected, static p => ExceptionDispatchInfo.Capture(p.Reason)).Throw();
    }

    /// <summary>Throws an exception as it was raised, stack trace included.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    internal static void Rethrow(Exception reason)
    {
        if (ReferenceEquals(reason, Shared))
            throw new Canceled { _isFresh = true };
        ExceptionDispatchInfo.Throw(reason);
    }
}
