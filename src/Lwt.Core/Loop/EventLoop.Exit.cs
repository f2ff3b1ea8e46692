namespace Lwt.Core;

/// <remarks>
/// The runtime raises ProcessExit on another thread while the thread that called Environment.Exit is blocked in that
/// call. If the loop is running then, its exit hooks must run on the loop's thread: a post asks that thread to leave
/// the run and run them. If that thread is blocked and does not reach the post, it has called Exit itself in a
/// callback; it does nothing more, so the hooks run on the thread of ProcessExit instead.
/// </remarks>
public sealed partial class EventLoop
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);
    private const int LooksUntilBlocked = 10;
    private const int MostLooks = 100;

    // Whether the loop's thread waits in its engine: blocked, but a post wakes it, so it is not in a callback.
    private volatile bool _waits;

    private void RunExitHooksAtProcessExit(object? sender, EventArgs e)
    {
        if (_disposed)
            return;
        var thread = Driver.Thread;
        var isEntered = _running || Driver.Depth > 0;
        if (isEntered && !ReferenceEquals(thread, Thread.CurrentThread) && thread.IsAlive)
            RunExitHooksInsteadOf(thread);
        else
            LeaveForExitHooks();
    }

    private void RunExitHooksInsteadOf(Thread thread)
    {
        var taken = 0;
        using var ended = new ManualResetEventSlim();
        Post(() =>
        {
            if (!TryTake())
                return;
            try
            {
                LeaveForExitHooks();
            }
            finally
            {
                ended.Set();
            }
            // As if this thread had called Exit: it does not return to the run.
            thread.Join();
        });
        var blocked = 0;
        for (var look = 0; look < MostLooks && blocked < LooksUntilBlocked; look++)
        {
            if (ended.Wait(s_look))
                return;
            blocked = !_waits && (thread.ThreadState & ThreadState.WaitSleepJoin) != 0 ? blocked + 1 : 0;
        }
        if (!TryTake())
            ended.Wait();
        else if (blocked == LooksUntilBlocked)
            LeaveForExitHooks();
        // Otherwise a callback keeps the thread busy, and the hooks cannot run beside it.

        bool TryTake() => Interlocked.Exchange(ref taken, 1) == 0;
    }

    /// <summary>Runs the exit hooks instead of the current run or callback, which will not continue.</summary>
    private void LeaveForExitHooks()
    {
        // If ProcessExit is raised on the thread that exits, that thread may be in a run of another loop.
        foreach (var loop in (EventLoop[])[this, Driver.Current.Loop])
            if (loop._running || loop.Driver.Depth > 0)
                loop.EndRun(null);
        RunExitHooks();
    }
}
