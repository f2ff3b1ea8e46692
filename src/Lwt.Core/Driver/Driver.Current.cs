using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <remarks>
/// <para>
/// Almost every operation asks for the current driver, and reading a thread-static takes 3 ns, as long as much of the
/// operation: 3 to 6 % of a loop of pauses, 5 to 15 % of two promises that communicate through a mailbox, a third of a
/// recursion through bind. So one thread at a time is recognized by its stack: <c>s_near</c> names a stretch of it, and
/// code whose stack pointer is inside is on that thread and has room on its stack. All other threads read the
/// thread-static.
/// </para>
/// <para>
/// The danger: a thread that ends leaves its addresses to another thread, which would be taken for it. Hence the
/// invariant: while <c>s_near</c> names a stretch, the thread of that stack is alive. It is the thread of Main, whose
/// stack exists until the process ends, or a thread that is running its loop, which removes its stretch before it
/// leaves the loop. The Debug build asserts at each use that the thread-static agrees, and the stress suite runs
/// threads on the stacks of ended ones.
/// </para>
/// </remarks>
internal sealed partial class Driver
{
    [ThreadStatic]
    private static Driver? s_current;

    // Null, or the driver of the one thread that is recognized by its stack.
    private static Driver? s_near;

    // The stretch of its thread's stack; meaningful while this is s_near. Only that thread writes it, before it writes
    // s_near.
    private nuint _stretch;

    /// <summary>The driver of this thread; a thread that has none gets an event loop of its own.</summary>
    internal static unsafe Driver Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            byte here;
            var near = s_near;
            if (near is null || !Stretch.Contains(near._stretch, (nuint)(&here)))
                return Find((nuint)(&here));
            Debug.Assert(ReferenceEquals(near, s_current), "The stack of another thread was taken for this one's.");
            return near;
        }
    }

    /// <summary>The driver of this thread; null if it has none yet.</summary>
    internal static Driver? CurrentIfAny => s_current;

    /// <summary>Makes this the thread's current driver; returns the previous one, if any.</summary>
    internal static Driver? Install(Driver? driver)
    {
        var before = s_current;
        before?.ForgetStack();
        s_current = driver;
        if (driver is not null)
            driver.Thread = Thread.CurrentThread;
        return before;
    }

    /// <summary>
    /// Called where the runtime said that this thread's stack has room. The thread can be recognized from there down to
    /// <see cref="StackGuard.Reach"/> bytes below, and up to the address where the runtime said so before.
    /// </summary>
    internal static void RememberStack(nuint address)
    {
        var floor = address - StackGuard.Reach;
        var current = s_current;
        if (current is null && s_near is null && MainThread.IsCurrent)
            // It can use its room even before it has a loop.
            StackGuard.Remember(Stretch.Of(floor, address));
        if (current is null || !ReferenceEquals(current.Thread, Thread.CurrentThread) || !current.MayTakeNear())
            return;
        var stretch = ReferenceEquals(s_near, current)
            ? Stretch.Add(current._stretch, floor, address)
            : Stretch.Of(floor, address);
        Volatile.Write(ref current._stretch, stretch);
        Volatile.Write(ref s_near, current);
        StackGuard.Remember(stretch);
    }

    /// <summary>
    /// Whether this thread may become the recognized one: two busy loops must not keep taking that place from each
    /// other.
    /// </summary>
    private bool MayTakeNear() =>
        (Loop.IsRunning || MainThread.IsCurrent)
        && (s_near is not { } near || ReferenceEquals(near, this) || !near.Loop.IsRunning);

    /// <summary>Called before the thread leaves its loop: it may end, and another thread may get its stack.</summary>
    private void LeaveStack()
    {
        if (!MainThread.IsCurrent)
            ForgetStack();
    }

    private void ForgetStack()
    {
        // Each only if it is still there: another thread may have replaced one of them or both.
        Interlocked.CompareExchange(ref s_near, null, this);
        StackGuard.Forget(_stretch);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Driver Find(nuint address)
    {
        var current = s_current;
        if (current is null || !ReferenceEquals(current.Thread, Thread.CurrentThread))
            s_current = current = Own(current);
        if (current.MayTakeNear() && StackGuard.Ask(address))
            RememberStack(address);
        return current;
    }

    /// <summary>
    /// Returns the driver for a thread that has none, or whose loop was run by another thread; if that run continues, a
    /// new one.
    /// </summary>
    private static Driver Own(Driver? current)
    {
        if (current is null || current.Loop.IsRunning)
            return new EventLoop().Driver;
        current.Thread = Thread.CurrentThread;
        return current;
    }

    private static class MainThread
    {
        // The thread of Main is the first one, and its stack exists until the process ends. This does not hold if a
        // host that is not a .NET program has started the runtime.
        private static readonly int s_id = Assembly.GetEntryAssembly() is null ? 0 : 1;

        internal static bool IsCurrent => Environment.CurrentManagedThreadId == s_id;
    }
}
