using System.Runtime.CompilerServices;
using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A timeout in whole seconds that costs little to start again and again, for example to close idle connections. OCaml:
/// <c>Lwt_timeout</c>.
/// </summary>
/// <remarks>
/// All timeouts of a loop share one tick per second, which stops when no timeout is running. A timeout of n seconds
/// that starts between two ticks ends after n to n + 1 seconds; the first one, which starts the ticking, ends after n +
/// 1. A timeout belongs to the thread that created it: a call from another thread throws
/// <see cref="InvalidOperationException"/>.
/// </remarks>
public sealed class TickTimeout
{
    private readonly Action _action;
    private Affinity _affinity;
    private int _seconds;

    // The wheel of the loop where the timeout was started last.
    private Wheel? _wheel;

    // Active while the timeout is running.
    private SequenceNode<TickTimeout>? _node;

    /// <summary>Creates a timeout that is not running. OCaml: <c>Lwt_timeout.create</c>.</summary>
    /// <param name="seconds">The duration in seconds; at least 1.</param>
    /// <param name="action">
    /// Called by the loop when the time has passed. Its exception goes to <see cref="ExceptionHandler"/>; other
    /// timeouts are not affected.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="seconds"/> is less than 1.</exception>
    public TickTimeout(int seconds, Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        CheckSeconds(seconds, "create");
        (_seconds, _action) = (seconds, action);
        Enter();
    }

    /// <summary>
    /// Called with the exceptions of the actions of all timeouts. If it is null they go to the async exception hook
    /// (<see cref="AsyncExceptions"/>), as does an exception of the handler itself. OCaml:
    /// <c>Lwt_timeout.set_exn_handler</c>.
    /// </summary>
    public static Action<Exception>? ExceptionHandler { get; set; }

    /// <summary>Whether the timeout is running: started, and neither stopped nor ended.</summary>
    public bool IsRunning => _node is { IsActive: true };

    /// <summary>
    /// Starts the timeout; if it is running, starts it again from now. OCaml: <c>Lwt_timeout.start</c>.
    /// </summary>
    public void Start() => Start(Enter());

    private void Start(Driver driver)
    {
        Leave();
        if (!ReferenceEquals(_wheel?.Loop, driver.Loop))
            _wheel = Wheel.Of(driver.Loop);
        _node = _wheel.Add(this, _seconds);
    }

    /// <summary>Stops the timeout: its action is not called. OCaml: <c>Lwt_timeout.stop</c>.</summary>
    public void Stop()
    {
        Enter();
        Leave();
    }

    /// <summary>
    /// Changes the duration; if the timeout is running, it starts again from now. OCaml: <c>Lwt_timeout.change</c>.
    /// </summary>
    /// <param name="seconds">The duration in seconds; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="seconds"/> is less than 1.</exception>
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
                $"A timeout (Lwt_timeout.{call}) takes whole seconds, at least 1. For less, use a sleep."
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
    /// The timeouts of a loop, in a ring with one bucket more than the longest timeout has seconds. Each tick ends the
    /// timeouts of one bucket, the last started first.
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

        /// <summary>Makes room for timeouts of up to so many seconds.</summary>
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
                // After an exception that no promise may swallow, the remaining timeouts end at the next tick.
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
