using System.Diagnostics;

namespace Lwt.Core;

/// <summary>
/// The ports whose output waits, each with the time at which it asks again: .NET has no call that waits until a socket can
/// be written to and takes no bytes.
/// </summary>
/// <remarks>
/// A port asks after 1 ms, then after twice the time, up to 16 ms, until the system takes something. It goes by the system's
/// time, whatever the loop's clock is. Invariant: a port is in the queue at most once, while its <c>AsksAgain</c> is set.
/// </remarks>
internal sealed class OutputRetries
{
    private const int LongestDelay = 16;

    private readonly PriorityQueue<SocketPort, long> _queue = new();

    // When the first is due, for the thread that waits; long.MaxValue when none is.
    private long _first = long.MaxValue;

    /// <summary>How long until a port is to ask again; null if none is.</summary>
    internal TimeSpan? Until
    {
        get
        {
            var first = Volatile.Read(ref _first);
            return first == long.MaxValue ? null : Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), first);
        }
    }

    internal void Add(SocketPort port)
    {
        if (port.AsksAgain)
            return;
        port.AsksAgain = true;
        port.Delay = port.Delay == 0 ? 1 : Math.Min(2 * port.Delay, LongestDelay);
        _queue.Enqueue(port, Stopwatch.GetTimestamp() + (port.Delay * Stopwatch.Frequency / 1000));
        SetFirst();
    }

    /// <summary>Tells the ports whose time has come to ask.</summary>
    internal void Dispatch()
    {
        if (_first == long.MaxValue)
            return;
        var now = Stopwatch.GetTimestamp();
        while (_queue.TryPeek(out var port, out var time) && time <= now)
        {
            _queue.Dequeue();
            port.AsksAgain = false;
            SetFirst();
            port.Signal(reads: false, writes: true, hungUp: false);
        }
    }

    private void SetFirst() => Volatile.Write(ref _first, _queue.TryPeek(out _, out var time) ? time : long.MaxValue);
}
