using System.Reflection;
using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <remarks>
/// <para>
/// Almost every operation asks for the current one, and a thread-static takes 3 ns, as long as much of what is then done.
/// So the last one to be asked for is remembered together with the place on the stack where that was: who asks a
/// little further down the same stack, where the runtime said that there is more of it, is the same thread.
/// </para>
/// <para>
/// Invariant: while <c>s_near</c> is set, its thread lives, and nobody else has the addresses below its place: it is
/// the thread of Main, or one that is running its loop, which forgets the place before it leaves.
/// </para>
/// </remarks>
internal sealed partial class Resolution
{
    [ThreadStatic]
    private static Resolution? s_current;

    private static Resolution? s_near;

    // Written by the resolution's own thread; whatever another thread reads is no place on its own stack.
    private nuint _place;

    /// <summary>That of this thread; a thread that has none gets an event loop of its own.</summary>
    internal static unsafe Resolution Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            byte here;
            var near = s_near;
            return near is not null && near._place - (nuint)(&here) < StackGuard.Reach ? near : Find((nuint)(&here));
        }
    }

    /// <summary>Makes this the thread's current one; gives the one before, if any.</summary>
    internal static Resolution? Install(Resolution? resolution)
    {
        var before = s_current;
        s_current = resolution;
        if (resolution is not null)
            resolution.Thread = Thread.CurrentThread;
        s_near = null;
        return before;
    }

    /// <summary>Before the thread leaves its loop: it may end, and another be given its stack.</summary>
    private void ForgetPlace() => Interlocked.CompareExchange(ref s_near, null, this);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Resolution Find(nuint place)
    {
        var current = s_current ??= new EventLoop().Resolution;
        if ((current.Loop.IsRunning || MainThread.IsCurrent) && RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            current._place = place;
            s_near = current;
        }
        return current;
    }

    private static class MainThread
    {
        // The thread of Main is the first, and its stack is there to the end of the process; not so where a host that
        // is no .NET program has started the runtime.
        private static readonly int s_id = Assembly.GetEntryAssembly() is null ? 0 : 1;

        internal static bool IsCurrent => Environment.CurrentManagedThreadId == s_id;
    }
}
