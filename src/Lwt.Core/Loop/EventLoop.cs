using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// Runs promises: one loop for each thread. It wakes what paused, runs what other threads posted, fires due sleeps, and
/// blocks in its engine only when nothing can run. OCaml: <c>Lwt_main</c>.
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

    // See Random.
    private Random _random;

    /// <summary>Makes a loop that runs nothing yet.</summary>
    /// <exception cref="ArgumentException">The engine has no clock, or one that does not run forwards.</exception>
    public EventLoop(EventLoopOptions? options = null)
    {
        _options = options ?? new EventLoopOptions();
        if (_options.Engine is { } engine)
        {
            Errors.CheckClock(engine);
            // Its timers can be due before anything sleeps.
            if (engine.Clock is VirtualClock)
                _timers = new Timers(engine.Clock);
        }
        _random = new Random(_options.Seed);
        Driver = new Driver(this);
    }

    /// <summary>The loop of this thread.</summary>
    public static EventLoop Current => Driver.Current.Loop;

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

    /// <summary>
    /// Whether this loop is running: from before the function given to <see cref="RunHere(Func{Promise})"/> or
    /// <see cref="Run(Func{Promise})"/> is called until its promise is resolved.
    /// </summary>
    public bool IsRunning => _running;

    internal bool IsDisposed => _disposed;

    /// <summary>Whether a key of sequence-associated storage was ever set on this loop.</summary>
    internal bool UsesStorage { get; set; }

    internal Driver Driver { get; }

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
    /// Runs this thread's loop until the promise is resolved; gives its value or throws its reason. OCaml:
    /// <c>Lwt_main.run</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">A run is under way on this thread, or nothing can wake the promise.</exception>
    public static T Run<T>(Promise<T> promise)
    {
        ArgumentNullException.ThrowIfNull(promise);
        return ((Promise<T>)Current.Drive(() => promise)).Result;
    }

    /// <inheritdoc cref="Run{T}(Promise{T})"/>
    public static void Run(Promise promise)
    {
        ArgumentNullException.ThrowIfNull(promise);
        Current.Drive(() => promise);
    }

    /// <summary>
    /// Calls <paramref name="main"/> and runs this thread's loop until its promise is resolved: in
    /// <c>EventLoop.Run(async () =&gt; …)</c> the lambda becomes an async method of a promise. The loop counts as running
    /// from before the call.
    /// </summary>
    /// <inheritdoc cref="Run{T}(Promise{T})" path="/exception"/>
    public static T Run<T>(Func<Promise<T>> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        return ((Promise<T>)Current.Drive(main)).Result;
    }

    /// <inheritdoc cref="Run{T}(Func{Promise{T}})"/>
    public static void Run(Func<Promise> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        Current.Drive(main);
    }

    /// <summary>
    /// Makes this the thread's current loop, calls <paramref name="main"/>, and runs until its promise is resolved. The
    /// loop counts as running from before the call. The thread's own loop is current again afterwards.
    /// </summary>
    /// <inheritdoc cref="Run{T}(Promise{T})" path="/exception"/>
    public T RunHere<T>(Func<Promise<T>> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        return ((Promise<T>)DriveHere(main)).Result;
    }

    /// <inheritdoc cref="RunHere{T}(Func{Promise{T}})"/>
    public void RunHere(Func<Promise> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        DriveHere(main);
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
        if (_running)
            throw new InvalidOperationException("The event loop is running: dispose of it after Run has returned.");
        if (_disposed)
            return;
        _disposed = true;
        ForgetExitHooks();
        _engine?.Dispose();
    }

    /// <summary>
    /// Ends the run under way, or the next one, with this exception, which was written to standard error: of several only
    /// the first comes out of the run.
    /// </summary>
    internal void Fail(Exception exception) => _failure ??= exception;

    /// <summary>Announces a post that will come: until then the loop does not give up waiting. See <see cref="Posting"/>.</summary>
    internal void Owe() => _posting.Owe();

    internal void PostOwed(Action action)
    {
        _posting.AddOwed(action);
        WakeUnlessDisposed();
    }

    internal void ReleaseOwed()
    {
        _posting.ReleaseOwed();
        WakeUnlessDisposed();
    }

    /// <summary>
    /// Announces a post that may come or not: the loop does not give up waiting, but a virtual clock does not wait for it.
    /// </summary>
    internal void AnnouncePossible() => _posting.AnnouncePossible();

    internal void PostPossible(Action action)
    {
        _posting.AddPossible(action);
        WakeUnlessDisposed();
    }

    internal void ReleasePossible()
    {
        _posting.ReleasePossible();
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

    private Promise DriveHere(Func<Promise> main)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckThread("EventLoop.RunHere");
        CheckNotNested();
        var before = Driver.Install(Driver);
        try
        {
            return Drive(main);
        }
        finally
        {
            Driver.Install(before);
        }
    }

    /// <summary>Calls <paramref name="main"/> and runs until its promise is fulfilled; returns that, or throws its reason.</summary>
    // Not inlined: a nested run's error finds the outer run by this frame.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Promise Drive(Func<Promise> main)
    {
        CheckNotNested();
        ObjectDisposedException.ThrowIf(_disposed, this);
        var storage = Driver.Storage;
        Promise promise;
        _running = true;
        try
        {
            promise = TaskSchedulers.IsDefault ? RunMain(main) : TaskSchedulers.WithDefault(RunMain, main);
        }
        finally
        {
            EndRun(storage);
            ConsoleOutput.FlushStandard();
        }
        promise = promise.Underlying();
        if (promise.State == Promise.Rejected)
            Rejections.Throw(promise);
        return promise;
    }

    private Promise RunMain(Func<Promise> main)
    {
        var promise = main() ?? throw Errors.NullPromise();
        if (promise.Underlying() is { State: Promise.Pending } pending && pending.Owner != Driver.Id)
            Errors.ThrowWrongLoop(pending);
        Iterate(promise);
        return promise;
    }

    private void EndRun(Storage? storage)
    {
        _running = false;
        _waits = false;
        Driver.EndRun(storage);
        _posting.PutBack();
        _timers?.PutBack();
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
        Driver.Paused.WakeUpFromLoop(Driver);
        if (Driver.HasDeferred)
            Driver.Flush();
        if (_posting.Any)
            _posting.Run(Driver);
        var ready = Driver.Paused.Count > 0 || Driver.HasDeferred || _posting.Any;
        if (ready && ++turn % TurnsBetweenTimerChecks != 0)
            return;
        if (!ready && main.IsPending && _failure is null)
            Block(main);
        _timers?.Fire(Driver);
    }

    private void Block(Promise main)
    {
        var deadline = _timers?.NextDeadline();
        var expected = _posting.Expected;
        // A post that came in between is not missed: it has woken the engine, and this wait ends at once.
        if (deadline is null && expected == Expectation.None && !_posting.Any)
            throw Diagnosis.NothingCanWake(main);
        var engine = Engine;
        _waits = true;
        if (deadline is { } until && engine is PortableEngine { HasSystemClock: false } portable)
            portable.WaitUntil(until);
        else
            engine.Wait(
                deadline is { } next ? Timers.Until(next, engine.Clock) : null,
                expectsPost: expected == Expectation.Owed
            );
        _waits = false;
    }

    /// <summary>Before the loop runs any thread may prepare it; then only its own may change it.</summary>
    private void CheckThread(string member)
    {
        if (_running && !ReferenceEquals(Driver.Thread, Thread.CurrentThread))
            throw Errors.LoopRunsElsewhere(member);
    }

    private void CheckNotNested()
    {
        if (_running || Driver.Current.Loop._running)
            throw Diagnosis.NestedRun();
        if (Driver.Depth > 0 || Driver.Current.Depth > 0)
            throw new InvalidOperationException(
                "EventLoop.Run (Lwt_main.run) was called inside a promise's callback. Return the promise from the "
                    + "callback instead, and run the loop once, around the whole program."
            );
    }
}
