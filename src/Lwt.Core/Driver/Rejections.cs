using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Lwt.Core;

/// <summary>
/// Throws the exceptions of rejected promises with their stack traces; the frames of this class do not appear in them.
/// </summary>
[StackTraceHidden]
internal static class Rejections
{
    // The original traces of promises that were thrown from before. Each throw extends its exception's trace, which
    // must not grow with every await of one promise.
    private static readonly ConditionalWeakTable<Promise, ExceptionDispatchInfo> s_traces = new();

    /// <summary>Throws the exception of a rejected promise with its original stack trace.</summary>
    [DoesNotReturn]
    internal static void Throw(Promise rejected)
    {
        var reason = rejected.Reason;
        if ((rejected.Flags & Promise.Thrown) == 0 || WasNeverThrown(reason))
        {
            rejected.Flags |= Promise.Thrown;
            Throw(reason);
        }
        s_traces.GetValue(rejected, static p => ExceptionDispatchInfo.Capture(p.Reason)).Throw();
    }

    /// <summary>Throws an exception with its original stack trace.</summary>
    [DoesNotReturn]
    internal static void Throw(Exception reason)
    {
        if (WasNeverThrown(reason))
            throw ((PromiseCanceledException)reason).Copy();
        ExceptionDispatchInfo.Throw(reason);
    }

    /// <summary>
    /// Whether this is a cancellation that was never thrown, and whose shared object must not be written to.
    /// </summary>
    private static bool WasNeverThrown(Exception reason) => reason is PromiseCanceledException { StackTrace: null };
}
