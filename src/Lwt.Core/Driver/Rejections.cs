using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Lwt.Core;

/// <summary>Throws the reasons of rejected promises, stack trace included; its own frames do not show in traces.</summary>
[StackTraceHidden]
internal static class Rejections
{
    // The traces of promises that were thrown from before: each throw adds to its exception's trace, which must not
    // grow with every await of one promise.
    private static readonly ConditionalWeakTable<Promise, ExceptionDispatchInfo> s_traces = new();

    /// <summary>Throws the reason of a rejected promise as it was raised.</summary>
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

    /// <summary>Throws an exception as it was raised.</summary>
    [DoesNotReturn]
    internal static void Throw(Exception reason)
    {
        if (WasNeverThrown(reason))
            throw ((PromiseCanceledException)reason).Copy();
        ExceptionDispatchInfo.Throw(reason);
    }

    /// <summary>Whether it is a cancellation that nobody threw, and that need not be written on now.</summary>
    private static bool WasNeverThrown(Exception reason) => reason is PromiseCanceledException { StackTrace: null };
}
