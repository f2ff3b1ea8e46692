namespace Lwt.Core;

public sealed partial class EventLoop
{
    private List<Hook<Action>>? _enterHooks;
    private List<Hook<Action>>? _leaveHooks;

    // In reverse order: the last one runs first.
    private List<Hook<Func<Promise>>>? _exitHooks;

    /// <summary>
    /// Adds a hook that the loop calls at the start of each iteration. An exception of the hook goes to the async
    /// exception hook (<see cref="AsyncExceptions"/>). OCaml: <c>Lwt_main.Enter_iter_hooks.add_last</c>,
    /// <c>add_first</c>.
    /// </summary>
    /// <param name="hook">Called on the loop's thread.</param>
    /// <param name="first">Whether it runs before the existing hooks instead of after them.</param>
    /// <returns>An object that removes the hook when it is disposed.</returns>
    /// <exception cref="InvalidOperationException">The loop is running on another thread.</exception>
    public IDisposable OnEnterIteration(Action hook, bool first = false)
    {
        ArgumentNullException.ThrowIfNull(hook);
        CheckThread("EventLoop.OnEnterIteration (F#: Lwt_main.Enter_iter_hooks)");
        return new Hook<Action>(this, _enterHooks ??= [], hook, atStart: first);
    }

    /// <summary>
    /// Adds a hook that the loop calls at the end of each iteration. An exception of the hook goes to the async
    /// exception hook (<see cref="AsyncExceptions"/>). OCaml: <c>Lwt_main.Leave_iter_hooks</c>.
    /// </summary>
    /// <param name="hook">Called on the loop's thread.</param>
    /// <param name="first">Whether it runs before the existing hooks instead of after them.</param>
    /// <returns>An object that removes the hook when it is disposed.</returns>
    /// <exception cref="InvalidOperationException">The loop is running on another thread.</exception>
    public IDisposable OnLeaveIteration(Action hook, bool first = false)
    {
        ArgumentNullException.ThrowIfNull(hook);
        CheckThread("EventLoop.OnLeaveIteration (F#: Lwt_main.Leave_iter_hooks)");
        return new Hook<Action>(this, _leaveHooks ??= [], hook, atStart: first);
    }

    /// <summary>
    /// Adds an exit hook: it runs when the process ends, or when <see cref="RunExitHooks"/> is called. Each hook starts
    /// when the promise of the previous one is resolved. OCaml: <c>Lwt_main.at_exit</c>, <c>Lwt_main.Exit_hooks</c>.
    /// </summary>
    /// <param name="hook">Called on the loop's thread; the process waits for its promise.</param>
    /// <param name="first">Whether it runs before the existing hooks instead of after them.</param>
    /// <returns>An object that removes the hook when it is disposed.</returns>
    /// <remarks>
    /// <para>
    /// The process ends when Main returns, when <see cref="Environment.Exit"/> is called, and when a termination signal
    /// (SIGTERM) arrives. If the loop is running then, it does not return to that run: the hooks run instead, together
    /// with whatever else is pending on the loop. So Exit may be called in a callback.
    /// </para>
    /// <para>
    /// If another thread ends the process, the hooks run on the loop's thread after its current callback. They do not
    /// run if that callback takes more than a second, if the loop was disposed, or if the process ends with an
    /// unhandled exception.
    /// </para>
    /// </remarks>
    /// <exception cref="InvalidOperationException">The loop is running on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
    /// <example>
    /// <code>
    /// EventLoop.Current.AtExit(async () =>
    /// {
    ///     await connection.Close(); // the process ends after this
    /// });
    /// </code>
    /// </example>
    public IDisposable AtExit(Func<Promise> hook, bool first = true)
    {
        ArgumentNullException.ThrowIfNull(hook);
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckThread("EventLoop.AtExit (F#: Lwt_main.at_exit)");
        if (_exitHooks is null)
        {
            _exitHooks = [];
            AppDomain.CurrentDomain.ProcessExit += RunExitHooksAtProcessExit;
        }
        return new Hook<Func<Promise>>(this, _exitHooks, hook, atStart: !first);
    }

    /// <summary>
    /// Removes all hooks that run at the start of iterations. OCaml: <c>Lwt_main.Enter_iter_hooks.remove_all</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The loop is running on another thread.</exception>
    public void RemoveEnterIterationHooks()
    {
        CheckThread("EventLoop.RemoveEnterIterationHooks");
        _enterHooks?.Clear();
    }

    /// <summary>
    /// Removes all hooks that run at the end of iterations. OCaml: <c>Lwt_main.Leave_iter_hooks.remove_all</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The loop is running on another thread.</exception>
    public void RemoveLeaveIterationHooks()
    {
        CheckThread("EventLoop.RemoveLeaveIterationHooks");
        _leaveHooks?.Clear();
    }

    /// <summary>Removes all exit hooks. OCaml: <c>Lwt_main.Exit_hooks.remove_all</c>.</summary>
    /// <exception cref="InvalidOperationException">The loop is running on another thread.</exception>
    public void RemoveExitHooks()
    {
        CheckThread("EventLoop.RemoveExitHooks");
        _exitHooks?.Clear();
    }

    /// <summary>
    /// Runs the exit hooks now, one after the other, and runs this loop until they have ended. If a hook fails, its
    /// exception is written to standard error and the next hook runs.
    /// </summary>
    /// <exception cref="InvalidOperationException">A loop is running on this thread, or this loop on another one.</exception>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
    public void RunExitHooks()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckThread("EventLoop.RunExitHooks (F#: Lwt_main.run_at_exit_hooks)");
        if (_running || Driver.Current.Loop._running)
            throw new InvalidOperationException(
                "EventLoop.RunExitHooks (F#: Lwt_main.run_at_exit_hooks) was called while the loop is running. Call it after "
                    + "Run (Lwt_main.run) has returned; when the process ends the hooks run by themselves."
            );
        // It was already written, and must not end the run of a hook.
        _failure = null;
        while (_exitHooks is { Count: > 0 })
        {
            var hook = _exitHooks[^1];
            hook.Dispose();
            try
            {
                RunHere(hook.Function);
            }
            catch (Exception e) when (ExceptionFilter.MayCatch(e))
            {
                Console.Error.WriteLine($"Unhandled exception in an exit hook: {e}");
            }
        }
        ForgetExitHooks();
    }

    // The event of the process keeps a loop with hooks alive.
    private void ForgetExitHooks()
    {
        if (_exitHooks is null)
            return;
        _exitHooks = null;
        AppDomain.CurrentDomain.ProcessExit -= RunExitHooksAtProcessExit;
    }

    // A hook that an earlier hook removed is not called, as in Lwt.
    private void RunHooks(List<Hook<Action>>? hooks)
    {
        if (hooks is null or { Count: 0 })
            return;
        foreach (var hook in hooks.ToArray())
        {
            if (!hooks.Contains(hook))
                continue;
            try
            {
                hook.Function();
            }
            catch (Exception e) when (ExceptionFilter.MayCatch(e))
            {
                AsyncExceptions.Report(e, Driver);
            }
        }
    }

    /// <summary>A function's place among the hooks; one function may have several places.</summary>
    private sealed class Hook<TFunction> : IDisposable
        where TFunction : Delegate
    {
        private readonly EventLoop _loop;
        private readonly List<Hook<TFunction>> _hooks;

        internal Hook(EventLoop loop, List<Hook<TFunction>> hooks, TFunction hook, bool atStart)
        {
            (_loop, _hooks, Function) = (loop, hooks, hook);
            hooks.Insert(atStart ? 0 : hooks.Count, this);
        }

        internal TFunction Function { get; }

        public void Dispose()
        {
            _loop.CheckThread("Dispose of a hook of a loop (F#: Lwt_main.Enter_iter_hooks.remove and its kin)");
            _hooks.Remove(this);
        }
    }
}
