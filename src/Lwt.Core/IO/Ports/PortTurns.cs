namespace Lwt.Core;

/// <summary>
/// Which ports can go on without another poll, and how much they may do in a turn: so that no busy port keeps the others
/// from being polled.
/// </summary>
internal sealed class PortTurns(IReadiness readiness)
{
    private const int MostInATurn = 256;

    // What one event most often leads to, a read and a write, twice over.
    private const int MostOfEvent = 4;

    private readonly Queue<ReadinessPort> _ready = new();
    private int _budget = MostInATurn;

    /// <summary>Who tells the ports what is ready. It changes when they move to another engine.</summary>
    internal IReadiness Readiness { get; set; } = readiness;

    /// <summary>The engine's open ports, of the kinds that have something of the system's.</summary>
    internal OpenPorts Open { get; } = new();

    /// <summary>How many operations wait for the outside world.</summary>
    internal int Waiting;

    /// <summary>
    /// The port that is being served; null between two. After an exception that no promise may swallow it is that port still,
    /// and has more to do, of which the system does not tell again.
    /// </summary>
    internal ReadinessPort? Current;

    internal bool Any => _ready.Count > 0 || Current is not null;

    /// <summary>
    /// Before a dispatch of so many events: a batch that is large must not run out of budget by itself.
    /// </summary>
    internal void Renew(int events = 0)
    {
        _budget = MostInATurn + (MostOfEvent * events);
        if (Current is not { } interrupted)
            return;
        Current = null;
        Add(interrupted);
    }

    /// <summary>Whether one more operation may be done in this turn.</summary>
    internal bool Take() => --_budget >= 0;

    internal void Add(ReadinessPort port) => _ready.Enqueue(port);

    /// <summary>
    /// Serves the ports that had to stop for want of budget, each once and with an equal part of it: the first would else
    /// use all of it up each time.
    /// </summary>
    internal void Serve()
    {
        var count = _ready.Count;
        var part = Math.Max(1, MostInATurn / count);
        for (; count > 0; count--)
        {
            _budget = part;
            _ready.Dequeue().ServeAgain();
        }
    }
}
