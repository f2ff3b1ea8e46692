using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

/// <summary>
/// Runs promises: each thread has one loop. In each iteration it fulfills paused promises, runs posted actions and
/// fulfills sleeps that are due. It waits in its engine only if nothing can run. OCaml: <c>Lwt_main</c>.
/// </summary>
/// <remarks>
/// Every thread has a loop of its own (<see cref="Current"/>), created when it is first needed. A loop that a program
/// creates, for example with a virtual clock, is the current loop of a thread while that thread runs it with
/// <see cref="RunHere(Func{Promise})"/>: create its promises inside that call.
/// </remarks>
public sealed partial class EventLoop : IDisposable
{
    // When promises keep pausing, the loop looks at the clock only every so many iterations: that costs more than an
    // iteration.
    private const int TurnsBetweenTimerChecks = 16;

    private readonly Posting _posting = new();
    private readonly EventLoopOptions _options;
    private IEngine? _engine;

    // Why this engine; null for one that was given.
    private string? _why;

    // Null while no I/O can wait in the engine: then it is not asked.
    private IEngine? _watching;

    // When the engine was last looked into while there was other work, in the milliseconds of the system.
    private long _lookedAt;
    private Timers? _timers;
    private HashSet<int>? _children;
    private WorkerPool? _workers;
    private bool _disposed;

    // The exception given to Fail, which ends the current run, or the next one.
    private Exception? _failure;
    private volatile bool _running;

    // See Random.
    private Random _random;

    /// <summary>Creates a loop; it runs when <see cref="RunHere(Func{Promise})"/> is called.</summary>
    /// <param name="options">The engine and other settings; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// The engine has no clock, or one whose frequency is not greater than zero.
    /// </exception>
    public EventLoop(EventLoopOptions? options = null)
    {
        _options = options ?? new EventLoopOptions();
        if (_options.Engine is { } engine)
        {
            Errors.CheckClock(engine);
            // The timers of a virtual clock can be due before anything sleeps.
            if (engine.Clock is VirtualClock)
                _timers = new Timers(engine.Clock);
            // One of a user's own may watch anything.
            if (!IsOurs(engine))
                _watching = engine;
        }
        _random = new Random(_options.Seed);
        Driver = new Driver(this);
    }

    /// <summary>The current loop of this thread; it is created if the thread has none.</summary>
    public static EventLoop Current => Driver.Current.Loop;

    /// <summary>
    /// Which engine the loop waits with, and why, in one line: <c>epoll: the default on Linux</c>. The environment variable
    /// LWT_ENGINE (epoll, portable) chooses for loops that are given none.
    /// </summary>
    public string Engine => $"{InUse}: {_why ?? "given in EventLoopOptions"}";

    /// <summary>The clock that measures this loop's sleeps.</summary>
    public TimeProvider Clock => InUse.Clock;

    /// <summary>
    /// The random numbers by which choose and pick select one of several promises that are already resolved. The seed
    /// is a constant, as in Lwt, so programs are deterministic; set another source if you like.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is set while the loop runs on another thread.</exception>
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
    /// Whether this loop is running: from just before <see cref="RunHere(Func{Promise})"/> or
    /// <see cref="Run(Func{Promise})"/> calls its function until the function's promise is resolved.
    /// </summary>
    public bool IsRunning => _running;

    internal bool IsDisposed => _disposed;

    /// <summary>Whether a key was ever set on this loop.</summary>
    internal bool UsesStorage { get; set; }

    internal Driver Driver { get; }

    internal Timers Timers => _timers ??= new Timers(InUse.Clock);

    /// <summary>Opens endpoints that this loop's engine watches. The loop must be the current one of this thread.</summary>
    /// <exception cref="NotSupportedException">The engine has no I/O.</exception>
    /// <exception cref="InvalidOperationException">The loop is not the current one of this thread.</exception>
    public Ports Ports
    {
        get
        {
            if (!ReferenceEquals(Driver.Current, Driver))
                throw new InvalidOperationException(
                    "EventLoop.Ports: endpoints belong to the loop that opens them. Open them where this loop is the current one: "
                        + "inside the function that is given to RunHere, or in an action that is posted to it."
                );
            var ports =
                InUse.Ports
                ?? throw new NotSupportedException(
                    $"The engine of this loop ({Engine}) has no I/O. Give the loop one that has, such as an EpollEngine "
                        + "(EventLoopOptions.Engine), or none, for the system's default."
                );
            _watching = InUse;
            return ports;
        }
    }

    /// <summary>
    /// The threads of this loop for calls that block, such as those of files: <see cref="WorkerPool.Run{T}(Func{T})"/> makes a
    /// promise of one. Any program may use them; make a <see cref="WorkerPool"/> for work that should not compete with files.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
    public WorkerPool Workers
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _workers ??= new WorkerPool(this, WorkerPool.DefaultMaxThreads);
        }
    }

    /// <summary>The child processes that it has to ask how they ended.</summary>
    internal HashSet<int> Children => _children ??= [];

    /// <summary>A port of the engine's for a descriptor that is open; null if the engine does not wait for such.</summary>
    internal Port? TryTake(SafeFileHandle descriptor, FileKind kind) =>
        InUse.Ports is null ? null : Ports.TryTake(descriptor, kind);

    /// <summary>How much of files is read without these threads.</summary>
    internal CachedReads CachedReads => field ??= new();

    private IEngine InUse
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _engine ?? MakeEngine();
        }
    }

    // A post from another thread may come before the loop has needed its engine: there must be one engine, not two.
    private IEngine MakeEngine()
    {
        lock (_posting)
            return _engine ??= _options.Engine ?? EngineChoice.Make(out _why);
    }

    /// <summary>
    /// Runs this thread's loop until the promise is resolved; returns its value or throws its exception. OCaml:
    /// <c>Lwt_main.run</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The loop is already running on this thread, or nothing is left that could resolve the promise.
    /// </exception>
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
    /// Calls <paramref name="main"/> and runs this thread's loop until the function's promise is resolved; returns its
    /// value or throws its exception. The function may be an async lambda. OCaml: <c>Lwt_main.run</c>.
    /// </summary>
    /// <inheritdoc cref="Run{T}(Promise{T})" path="/exception"/>
    /// <example>
    /// <code>
    /// var sum = EventLoop.Run(async () =>
    /// {
    ///     var (a, b) = await Promise.Both(Ask(20), Ask(22));
    ///     return a + b;
    /// });
    /// </code>
    /// </example>
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
    /// Makes this the thread's current loop, calls <paramref name="main"/> and runs until the function's promise is
    /// resolved; returns its value or throws its exception. Afterwards the thread's previous loop is current again.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
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
    /// wakes the loop if it waits. Any thread may call it: use it to hand work over to a loop from another thread. An
    /// exception of the action goes to the async exception hook (<see cref="AsyncExceptions"/>).
    /// </summary>
    /// <remarks>
    /// A loop does not wait for posts that may come: if a promise depends on one, use
    /// <see cref="Promise.CreateThreadSafe{T}"/>, for which it does.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
    /// <example>
    /// <code>
    /// var loop = EventLoop.Current;
    /// var changes = new PromiseMailbox&lt;string>();
    /// // The watcher raises its event on another thread; the mailbox belongs to this one.
    /// watcher.Changed += file => loop.Post(() => changes.Put(file));
    /// </code>
    /// </example>
    public void Post(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        ObjectDisposedException.ThrowIf(_disposed, this);
        _posting.Add(action);
        Wake();
    }

    /// <summary>Disposes the engine. Pending timers, posted actions and handlers of signals are discarded.</summary>
    /// <exception cref="InvalidOperationException">The loop is running.</exception>
    public void Dispose()
    {
        if (_running)
            throw new InvalidOperationException("The event loop is running: dispose it after Run has returned.");
        if (_disposed)
            return;
        _disposed = true;
        ForgetExitHooks();
        RemoveSignalHandlers();
        DisposeRetired();
        _shared?.Dispose();
        _workers?.Dispose();
        if (_children is not null && OperatingSystem.IsLinux())
            ChildWatch.Adopt(_children);
        _engine?.Dispose();
    }

    /// <summary>
    /// Ends the current run, or the next one, with this exception, which was already written to standard error. If
    /// there are several, the run throws only the first.
    /// </summary>
    internal void Fail(Exception exception) => _failure ??= exception;

    /// <summary>
    /// Announces a post that will come: until then the loop keeps waiting. See <see cref="Posting"/>.
    /// </summary>
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
    /// Announces a post that may come or not: the loop keeps waiting, but a virtual clock does not wait for it.
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

    // The loop may be disposed in the meantime; a pool thread that only delivers a result must not fail because of
    // that.
    private void WakeUnlessDisposed()
    {
        try
        {
            if (!_disposed)
                Wake();
        }
        catch (ObjectDisposedException) { }
    }

    private void Wake()
    {
        var engine = InUse;
        try
        {
            engine.Wake();
        }
        // It was replaced meanwhile.
        catch (ObjectDisposedException) when (!_disposed && !ReferenceEquals(engine, _engine))
        {
            InUse.Wake();
        }
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
    // Not inlined: the error for a nested run finds the outer run by this frame.
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
            _shared?.EndRun();
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
        DisposeRetired();
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

    // Not inlined: the loop that calls it runs as long as the program, so its own code is never replaced by optimized
    // code.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunOnce(Promise main, ref int turn)
    {
        Driver.Paused.WakeUpFromLoop(Driver);
        if (Driver.HasDeferred)
            Driver.Flush();
        if (_posting.Any)
            _posting.Run(Driver);
        var ready = Driver.Paused.Count > 0 || Driver.HasDeferred || _posting.Any;
        if (ready)
        {
            if (++turn % TurnsBetweenTimerChecks != 0)
            {
                if (_watching is { IsReady: true } watching)
                    watching.Dispatch();
                return;
            }
            Look();
        }
        else if (main.IsPending && _failure is null)
            Block(main);
        _timers?.Fire(Driver);
        _watching?.Dispatch();
    }

    /// <summary>While there is other work: looks for I/O, at most once a millisecond, for a look is a system call.</summary>
    private void Look()
    {
        if (_watching is not { Watches: true } engine)
            return;
        var now = Environment.TickCount64;
        if (now == _lookedAt)
            return;
        _lookedAt = now;
        engine.Poll(TimeSpan.Zero);
    }

    private void Block(Promise main)
    {
        if (_watching is { IsReady: true } ready)
        {
            ready.Poll(TimeSpan.Zero);
            return;
        }
        var deadline = _timers?.NextDeadline();
        var expected = _posting.Expected;
        // A post that came in the meantime is not missed: it has woken the engine, so this wait ends at once.
        if (deadline is null && expected == Expectation.None && !_posting.Any && _watching is not { Watches: true })
            throw Diagnosis.NothingCanWake(main);
        DisposeRetired();
        _waits = true;
        WaitUntil(deadline, InUse, expected);
        _waits = false;
    }

    private static void WaitUntil(long? deadline, IEngine engine, Expectation expected)
    {
        if (deadline is { } until && engine is PortableEngine { HasSystemClock: false } portable)
            portable.WaitUntil(until);
        else
            Wait(engine, deadline is { } next ? Timers.Until(next, engine.Clock) : null, expected);
    }

    private static void Wait(IEngine engine, TimeSpan? time, Expectation expected)
    {
        var holdsClockBack = expected == Expectation.Owed && time > TimeSpan.Zero;
        if (!(holdsClockBack && engine is VirtualEngine clock && clock.WaitForPost()))
            engine.Poll(time);
    }

    /// <summary>While the loop does not run, any thread may change it; while it runs, only its own.</summary>
    internal void CheckThread(string member)
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
