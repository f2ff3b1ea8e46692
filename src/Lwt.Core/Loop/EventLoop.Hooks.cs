namespace Lwt.Core;

public sealed partial class EventLoop
{
    private List<Action>? _enterHooks;
    private List<Action>? _leaveHooks;
    private Stack<Func<Promise>>? _exitHooks;

    /// <summary>
    /// Calls <paramref name="hook"/> at the start of each iteration until the result is disposed of. Answers to
    /// <c>Lwt_main.Enter_iter_hooks</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The loop is running on another thread.</exception>
    public IDisposable OnEnterIteration(Action hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        CheckThread("EventLoop.OnEnterIteration (F#: Lwt_main.Enter_iter_hooks)");
        return new Hook(this, _enterHooks ??= [], hook);
    }

    /// <summary>As <see cref="OnEnterIteration"/>, at the end. Answers to <c>Lwt_main.Leave_iter_hooks</c>.</summary>
    /// <exception cref="InvalidOperationException">The loop is running on another thread.</exception>
    public IDisposable OnLeaveIteration(Action hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        CheckThread("EventLoop.OnLeaveIteration (F#: Lwt_main.Leave_iter_hooks)");
        return new Hook(this, _leaveHooks ??= [], hook);
    }

    /// <summary>
    /// Has <see cref="RunExitHooks"/>, and the end of the process, run <paramref name="hook"/>: the last one added
    /// first, each after the one before has ended. Answers to <c>Lwt_main.at_exit</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The loop is running on another thread.</exception>
    public void AtExit(Func<Promise> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        CheckThread("EventLoop.AtExit (F#: Lwt_main.at_exit)");
        if (_exitHooks is null)
        {
            _exitHooks = new();
            AppDomain.CurrentDomain.ProcessExit += (_, _) => RunExitHooksAtProcessExit();
        }
        _exitHooks.Push(hook);
    }

    /// <summary>
    /// Runs the exit hooks now, and this loop until they have ended. What a hook throws is written to standard error and
    /// does not keep the others from running.
    /// </summary>
    /// <exception cref="InvalidOperationException">The loop, or another one on this thread, is running.</exception>
    public void RunExitHooks()
    {
        CheckThread("EventLoop.RunExitHooks");
        CheckNotNested();
        CallExitHooks();
    }

    private void CallExitHooks()
    {
        while (_exitHooks is not null && _exitHooks.TryPop(out var hook))
        {
            try
            {
                RunHere(hook);
            }
            catch (Exception e) when (ExceptionFilter.MayCatch(e))
            {
                Console.Error.WriteLine($"Unhandled exception in an exit hook: {e}");
            }
        }
    }

    private void RunExitHooksAtProcessExit()
    {
        // The process may end inside a run, on another thread: then the hooks cannot run any more.
        if (!_running && !_disposed)
            CallExitHooks();
    }

    private void RunHooks(List<Action>? hooks)
    {
        if (hooks is null)
            return;
        foreach (var hook in hooks.ToArray())
        {
            try
            {
                hook();
            }
            catch (Exception e) when (ExceptionFilter.MayCatch(e))
            {
                AsyncExceptions.Report(e, Resolution);
            }
        }
    }

    private sealed class Hook : IDisposable
    {
        private readonly EventLoop _loop;
        private readonly List<Action> _hooks;
        private readonly Action _hook;
        private bool _removed;

        internal Hook(EventLoop loop, List<Action> hooks, Action hook)
        {
            (_loop, _hooks, _hook) = (loop, hooks, hook);
            hooks.Add(hook);
        }

        public void Dispose()
        {
            _loop.CheckThread(
                "Dispose of an iteration hook (F#: Lwt_main.Enter_iter_hooks.remove, Leave_iter_hooks.remove)"
            );
            if (!_removed)
                _removed = _hooks.Remove(_hook);
        }
    }
}
