using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// Runs promises: one loop for each thread. It wakes what paused, runs what other threads posted, fires due sleeps, and
/// blocks in its engine only when nothing can run. Answers to <c>Lwt_main</c>.
/// </summary>
/// <remarks>
/// Every thread has a loop of its own (<see cref="Current"/>), made when first needed. A loop made by hand, for a
/// virtual clock say, is the current one of the thread that runs it while it runs: make its promises inside.
/// </remarks>
public sealed partial class EventLoop : IDisposable
{
    // A loop of pauses looks at the clock, and for posts, every so many turns: asking costs more than a turn.
    private const int TurnsBetweenTimerChecks = 16;

    private readonly Posting _posting = new();
    private readonly EventLoopOptions _options;
    private IEngine? _engine;
    private Timers? _timers;
    private bool _disposed;

    // What Fail was given, to end the run under way, or the next one.
    private Exception? _failure;
    private volatile bool _running;

    // Whether a thread is in RunHere, which calls the user's function before the loop runs.
    private volatile bool _entered;

    // See Random.
    private Random _random;

    /// <summary>Makes a loop that runs nothing yet.</summary>
    public EventLoop(EventLoopOptions? options = null)
    {
        _options = options ?? new EventLoopOptions();
        _random = new Random(_options.Seed);
        Resolution = new Resolution(this);
    }

    /// <summary>The loop of this thread.</summary>
    public static EventLoop Current => Resolution.Current.Loop;

    /// <summary>The clock that sleeps on this loop go by.</summary>
    public TimeProvider Clock => Engine.Clock;

    /// <summary>
    /// What choose and pick draw from when several promises are resolved already; seeded with a constant, as in Lwt, so
    /// that programs are deterministic. Set it to another source at will.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is set while the loop is running on another thread.</exception>
    public Random Random
    {
        get => _random;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            CheckThread("EventLoop.Random");
            _random = value;
        }
    }

    /// <summary>Whether this loop is running.</summary>
    public bool IsRunning => _running;

    internal bool IsDisposed => _disposed;

    internal Resolution Resolution { get; }

    internal Timers Timers => _timers ??= new Timers(Engine.Clock);

    private IEngine Engine
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _engine ?? MakeEngine();
        }
    }

    // A post from another thread may come before the loop has needed its engine: there must be one, not two.
    private IEngine MakeEngine()
    {
        lock (_posting)
            return _engine ??= _options.Engine ?? new PortableEngine();
    }

    /// <summary>
    /// Runs this thread's loop until the promise is resolved; gives its value or throws its reason. Answers to
    /// <c>Lwt_main.run</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">A run is under way on this thread, or nothing can wake the promise.</exception>
    public static T Run<T>(Promise<T> promise)
    {
        ArgumentNullException.ThrowIfNull(promise);
        return Current.RunUntil(promise);
    }

    /// <inheritdoc cref="Run{T}(Promise{T})"/>
    public static void Run(Promise promise)
    {
        ArgumentNullException.ThrowIfNull(promise);
        Current.Drive(promise);
    }

    /// <summary>
    /// Runs this thread's loop until the promise that <paramref name="main"/> gives is resolved: in
    /// <c>EventLoop.Run(async () =&gt; …)</c> the lambda becomes an async method of a promise.
    /// </summary>
    /// <inheritdoc cref="Run{T}(Promise{T})" path="/exception"/>
    public static T Run<T>(Func<Promise<T>> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        return Run(main());
    }

    /// <inheritdoc cref="Run{T}(Func{Promise{T}})"/>
    public static void Run(Func<Promise> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        Run(main());
    }

    /// <summary>
    /// Makes this the thread's current loop, calls <paramref name="main"/>, and runs until its promise is resolved. The
    /// thread's own loop is current again afterwards.
    /// </summary>
    /// <inheritdoc cref="Run{T}(Promise{T})" path="/exception"/>
    public T RunHere<T>(Func<Promise<T>> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckThread("EventLoop.RunHere");
        CheckNotNested();
        var before = Resolution.Install(Resolution);
        var entered = _entered;
        _entered = true;
        try
        {
            return RunUntil(main() ?? throw Errors.NullPromise());
        }
        finally
        {
            _entered = entered;
            Resolution.Install(before);
        }
    }

    /// <inheritdoc cref="RunHere{T}(Func{Promise{T}})"/>
    public void RunHere(Func<Promise> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        RunHere(() => main()?.AsUnit()!);
    }

    /// <summary>
    /// Has the loop call <paramref name="action"/> on its own thread, in its next iteration, in the order of the posts;
    /// wakes it if it blocks. Any thread may call it: it is the one door into the loop. An exception from the action
    /// goes to the async exception hook.
    /// </summary>
    public void Post(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        ObjectDisposedException.ThrowIf(_disposed, this);
        _posting.Add(action);
        Engine.Wake();
    }

    /// <summary>Lets the engine go. Sleeps and posts that the loop was to run never happen.</summary>
    /// <exception cref="InvalidOperationException">The loop is running.</exception>
    public void Dispose()
    {
        if (_running || _entered)
            throw new InvalidOperationException("The event loop is running: dispose of it after Run has returned.");
        if (_disposed)
            return;
        _disposed = true;
        _engine?.Dispose();
    }

    /// <summary>Ends the run under way, or the next one, with this exception.</summary>
    internal void Fail(Exception exception) => _failure ??= exception;

    /// <summary>Announces a post from elsewhere: until it comes, the loop does not give up waiting.</summary>
    internal void Owe() => _posting.Owe();

    internal void PostOwed(Action action)
    {
        _posting.AddOwed(action);
        WakeUnlessDisposed();
    }

    internal void ReleaseOwed()
    {
        _posting.Release();
        WakeUnlessDisposed();
    }

    // The loop may be disposed of meanwhile; a thread of the pool that only hands over a result must not fail for it.
    private void WakeUnlessDisposed()
    {
        try
        {
            if (!_disposed)
                Engine.Wake();
        }
        catch (ObjectDisposedException) { }
    }

    private T RunUntil<T>(Promise<T> promise)
    {
        Drive(promise);
        return promise.Settled().Result;
    }

    // Not inlined: a nested run's error finds the outer run by this frame.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Drive(Promise promise)
    {
        CheckNotNested();
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (promise.Settled() is { State: Promise.Pending } pending && pending.Owner != Resolution.Id)
            Errors.ThrowWrongLoop(pending);
        var storage = Resolution.Storage;
        _running = true;
        try
        {
            Iterate(promise);
        }
        finally
        {
            _running = false;
            Resolution.EndRun(storage);
            ConsoleOutput.FlushStandard();
        }
        if (promise.Settled() is { State: Promise.Rejected } rejected)
            Rejections.Throw(rejected);
    }

    private void Iterate(Promise main)
    {
        var turn = 0;
        while (true)
        {
            if (_failure is { } failure)
            {
                _failure = null;
                Rejections.Throw(failure);
            }
            if (!main.IsPending)
                return;
            if (_enterHooks is not null || _leaveHooks is not null)
            {
                RunHooks(_enterHooks);
                RunOnce(main, ref turn);
                RunHooks(_leaveHooks);
            }
            else
                RunOnce(main, ref turn);
        }
    }

    // Not inlined: the loop around it never returns while it runs, and would stay in code that was replaced under way.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunOnce(Promise main, ref int turn)
    {
        Resolution.Paused.WakeUpFromLoop(Resolution);
        if (Resolution.HasDeferred)
            Resolution.Flush();
        if (_posting.Any)
            _posting.Run(Resolution);
        var ready = Resolution.Paused.Count > 0 || Resolution.HasDeferred || _posting.Any;
        if (ready && ++turn % TurnsBetweenTimerChecks != 0)
            return;
        if (!ready && main.IsPending && _failure is null)
            Block(main);
        _timers?.Fire(Resolution);
    }

    private void Block(Promise main)
    {
        var timeout = _timers?.UntilNext();
        var expectsPost = _posting.Expected;
        // A post that came in between is not missed: it has woken the engine, and this wait ends at once.
        if (timeout is null && !expectsPost && !_posting.Any)
            throw Diagnosis.NothingCanWake(main);
        Engine.Wait(timeout, expectsPost);
    }

    /// <summary>Before the loop runs any thread may prepare it; then only its own may change it.</summary>
    private void CheckThread(string member)
    {
        if ((_running || _entered) && !ReferenceEquals(Resolution.Thread, Thread.CurrentThread))
            throw Errors.LoopRunsElsewhere(member);
    }

    private void CheckNotNested()
    {
        if (_running || Resolution.Current.Loop._running)
            throw Diagnosis.NestedRun();
        if (Resolution.Depth > 0 || Resolution.Current.Depth > 0)
            throw new InvalidOperationException(
                "EventLoop.Run (Lwt_main.run) was called inside a promise's callback. Return the promise from the "
                    + "callback instead, and run the loop once, around the whole program."
            );
    }
}
