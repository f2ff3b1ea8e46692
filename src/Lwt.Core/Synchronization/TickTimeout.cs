using System.Runtime.CompilerServices;
using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A timeout in whole seconds that costs next to nothing to start again and again: idle connections and the like.
/// OCaml: <c>Lwt_timeout</c>.
/// </summary>
/// <remarks>
/// All timeouts of a loop share one tick a second, which stops when none is started. Started between two ticks, one of n
/// seconds ends after n to n + 1 seconds; the first one, which starts the ticking, after n + 1. A timeout belongs to the
/// thread that made it: a call from another thread throws <see cref="InvalidOperationException"/>.
/// </remarks>
public sealed class TickTimeout
{
    private readonly Action _action;
    private Affinity _affinity;
    private int _seconds;

    // That of the loop where the timeout was started last.
    private Wheel? _wheel;

    // Active while the timeout runs.
    private SequenceNode<TickTimeout>? _node;

    /// <summary>Makes a timeout that is not started. OCaml: <c>Lwt_timeout.create</c>.</summary>
    /// <param name="seconds">How long it takes; at least 1.</param>
    /// <param name="action">
    /// Called by the loop when the time has passed. What it throws goes to <see cref="ExceptionHandler"/>, and other
    /// timeouts end all the same.
    /// </param>
    public TickTimeout(int seconds, Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        CheckSeconds(seconds, "create");
        (_seconds, _action) = (seconds, action);
        Enter();
    }

    /// <summary>
    /// Is given what actions throw; if null, the async exception hook is, which also gets what the handler throws. OCaml:
    /// <c>Lwt_timeout.set_exn_handler</c>.
    /// </summary>
    public static Action<Exception>? ExceptionHandler { get; set; }

    /// <summary>Whether the timeout runs.</summary>
    public bool IsRunning => _node is { IsActive: true };

    /// <summary>Starts the timeout, or starts it again from now. OCaml: <c>Lwt_timeout.start</c>.</summary>
    public void Start() => Start(Enter());

    private void Start(Driver driver)
    {
        Leave();
        if (!ReferenceEquals(_wheel?.Loop, driver.Loop))
            _wheel = Wheel.Of(driver.Loop);
        _node = _wheel.Add(this, _seconds);
    }

    /// <summary>Stops the timeout; its action is not called. OCaml: <c>Lwt_timeout.stop</c>.</summary>
    public void Stop()
    {
        Enter();
        Leave();
    }

    /// <summary>
    /// Changes how long the timeout takes; one that runs starts again from now. OCaml: <c>Lwt_timeout.change</c>.
    /// </summary>
    public void Change(int seconds)
    {
        CheckSeconds(seconds, "change");
        var driver = Enter();
        _seconds = seconds;
        if (IsRunning)
            Start(driver);
    }

    private Driver Enter() => _affinity.Enter("TickTimeout (F#: Lwt_timeout)");

    private void Leave()
    {
        if (_node is not { IsActive: true } node)
            return;
        node.Remove();
        _wheel!.Stopped();
    }

    private static void CheckSeconds(int seconds, string call)
    {
        if (seconds < 1)
            throw new ArgumentOutOfRangeException(
                nameof(seconds),
                seconds,
                $"A timeout (Lwt_timeout.{call}) takes whole seconds, 1 at least. For less, use a sleep."
            );
    }

    private void End()
    {
        try
        {
            _action();
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            Handle(e);
        }
    }

    private static void Handle(Exception exception)
    {
        if (ExceptionHandler is { } handler)
            Unwaited<FailureEffect>.Handle(exception, new(handler), Driver.Current);
        else
            AsyncExceptions.Report(exception, Driver.Current);
    }

    /// <summary>
    /// The timeouts of a loop, in a ring of as many buckets as the longest has seconds, and one: each tick ends those of
    /// one bucket, the last started first.
    /// </summary>
    private sealed class Wheel(EventLoop loop)
    {
        private static readonly ConditionalWeakTable<EventLoop, Wheel> s_wheels = [];

        private Sequence<TickTimeout>[] _buckets = [];
        private int _current;
        private int _running;
        private bool _ticking;

        internal EventLoop Loop => loop;

        internal static Wheel Of(EventLoop loop) => s_wheels.GetValue(loop, static loop => new Wheel(loop));

        /// <summary>Makes room for timeouts of so many seconds.</summary>
        private void Reach(int seconds)
        {
            var count = _buckets.Length;
            if (seconds < count)
                return;
            var buckets = new Sequence<TickTimeout>[seconds + 1];
            for (var i = 0; i < buckets.Length; i++)
                buckets[i] = i < count ? _buckets[(_current + i) % count] : new();
            (_buckets, _current) = (buckets, 0);
        }

        internal SequenceNode<TickTimeout> Add(TickTimeout timeout, int seconds)
        {
            Reach(seconds);
            var node = _buckets[(_current + seconds) % _buckets.Length].AddLeft(timeout);
            _running++;
            if (!_ticking)
                Tick();
            return node;
        }

        internal void Stopped() => _running--;

        private void Tick()
        {
            _ticking = true;
            Primitives.OnSuccess(Primitives.Sleep<Unit>(1.0), new NextTick(this));
        }

        private void End()
        {
            var due = _buckets[_current];
            try
            {
                while (due.TryTakeLeft(out var timeout))
                {
                    _running--;
                    timeout.End();
                }
            }
            finally
            {
                _current = (_current + 1) % _buckets.Length;
                // After an exception that no promise may swallow the rest end at the next tick.
                due.TransferLeft(_buckets[_current]);
                _ticking = false;
                if (_running > 0)
                    Tick();
            }
        }

        private readonly struct NextTick(Wheel wheel) : IEffect
        {
            public void Invoke(Promise source) => wheel.End();
        }
    }
}
