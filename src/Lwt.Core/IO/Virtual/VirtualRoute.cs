using System.Net;

namespace Lwt.Core;

/// <summary>
/// The way from one host to another: decides when each message arrives, and whether. The other direction is a route of
/// its own.
/// </summary>
/// <remarks>
/// Each message under way is a timer of the virtual clock. Messages may overtake each other; <see cref="VirtualFlow"/>
/// puts those of a stream in order again. A route inside one host (pipes, socket pairs, Unix sockets) has no link: it
/// takes no time and loses nothing.
/// </remarks>
internal sealed class VirtualRoute(VirtualNetwork network, IPAddress? from, IPAddress? to, VirtualLink? link)
{
    // As many times as Linux sends a segment again.
    private const int MostRetransmissions = 15;

    // What waits for the way to be healed, in the order in which it was sent.
    private readonly Queue<VirtualMessage> _held = new();

    // Of a limited bandwidth: what was sent since the route was last idle. Kept as a sum, so that rounding does not add
    // up.
    private long _busySince;
    private long _busyUntil;
    private long _bytes;
    private long _rate;

    /// <summary>Whether both ends are on one host, and no network lies between.</summary>
    internal bool IsLocal => link is null;

    /// <summary>Whether parts of one write can arrive at different times.</summary>
    internal bool IsUneven =>
        link is not null && (link.InUse.Loss > 0 || link.InUse.Jitter > 0 || link.InUse.Rate is not null);

    private bool IsCut => link is not null && network.IsCut(from!, to!);

    /// <summary>Sends a message. Returns when its last byte has left, as a timestamp.</summary>
    internal long Send(VirtualMessage message)
    {
        var now = network.Now;
        if (IsCut)
        {
            Hold(message);
            return now;
        }
        if (link is null)
        {
            network.Schedule(this, message, 0);
            return now;
        }
        var (latency, jitter, rate, loss) = link.InUse;
        var leaves = Transmit(message.Size, rate, now);
        var delay = leaves - now + latency + (jitter > 0 ? network.Random.NextInt64(jitter + 1) : 0);
        if (loss > 0 && message.CanBeLost && !Survives(message, loss, ref delay))
            return leaves;
        network.Schedule(this, message, delay);
        return leaves;
    }

    /// <summary>A message has come to the end of the way.</summary>
    internal void Deliver(VirtualMessage message)
    {
        if (IsCut)
            Hold(message);
        else
            message.Arrive();
    }

    /// <summary>Sends what was held, once nothing cuts the way any more.</summary>
    internal void Resume()
    {
        if (IsCut)
            return;
        for (var count = _held.Count; count > 0; count--)
            Send(_held.Dequeue());
    }

    private void Hold(VirtualMessage message)
    {
        if (message.IsReliable)
            _held.Enqueue(message);
        else
            network.Statistics.DatagramsLost++;
    }

    /// <summary>When the last byte of a message has left, after all that was sent before it.</summary>
    private long Transmit(int size, long? rate, long now)
    {
        if (rate is not { } bytesPerSecond)
            return now;
        if (now >= _busyUntil || bytesPerSecond != _rate)
            (_busySince, _bytes, _rate) = (Math.Max(now, _busyUntil), 0, bytesPerSecond);
        _bytes += size;
        var ticks = (((UInt128)_bytes * TimeSpan.TicksPerSecond) + (UInt128)_rate - 1) / (UInt128)_rate;
        return _busyUntil = _busySince + (long)UInt128.Min(ticks, (UInt128)(long.MaxValue - _busySince));
    }

    /// <summary>Draws losses. What is sent again comes later for each loss.</summary>
    private bool Survives(VirtualMessage message, double loss, ref long delay)
    {
        if (!message.IsReliable)
        {
            if (network.Random.NextDouble() >= loss)
                return true;
            network.Statistics.DatagramsLost++;
            return false;
        }
        var wait = network.RetransmissionDelay.Ticks;
        for (var count = 0; network.Random.NextDouble() < loss; count++)
        {
            network.Statistics.SegmentsLost++;
            delay += wait;
            wait *= 2;
            if (count < MostRetransmissions)
                continue;
            network.Schedule(this, new TimedOut(message), delay);
            return false;
        }
        return true;
    }

    /// <summary>Tells the sender that its message was given up.</summary>
    private sealed class TimedOut(VirtualMessage lost) : VirtualMessage
    {
        internal override void Arrive() => lost.TimeOut();
    }
}
