namespace Lwt.Core;

/// <summary>What travels on a <see cref="VirtualRoute"/>: a part of a stream, a datagram, an acknowledgement.</summary>
internal abstract class VirtualMessage
{
    /// <summary>The bytes that it takes up on the route.</summary>
    internal virtual int Size => 0;

    /// <summary>Whether it is sent again when it is lost, and waits where the way is cut.</summary>
    internal virtual bool IsReliable => true;

    /// <summary>Whether the network's losses can meet it.</summary>
    internal virtual bool CanBeLost => true;

    /// <summary>It has come to the other host. Runs on the loop, among the sleeps.</summary>
    internal abstract void Arrive();

    /// <summary>It was sent again and again, and lost each time.</summary>
    internal virtual void TimeOut() { }
}

/// <summary>Tells a port, in the loop's next dispatch, to try again.</summary>
internal sealed class VirtualWakeup(VirtualPort port) : VirtualMessage
{
    internal override void Arrive() => port.SignalBoth();
}
