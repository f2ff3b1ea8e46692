namespace Lwt.Core;

/// <summary>What has happened on a <see cref="VirtualNetwork"/> since it was made.</summary>
public sealed class VirtualNetworkStatistics
{
    internal VirtualNetworkStatistics() { }

    /// <summary>How many bytes programs have sent, in streams, pipes and datagrams; each byte counts once.</summary>
    public long BytesSent { get; internal set; }

    /// <summary>How many bytes have arrived at sockets and pipes that were open.</summary>
    public long BytesReceived { get; internal set; }

    /// <summary>How many datagrams programs have sent.</summary>
    public long DatagramsSent { get; internal set; }

    /// <summary>
    /// How many datagrams came to no receiver: they were lost, met a partition, or found no socket at their address or
    /// no room in its buffer.
    /// </summary>
    public long DatagramsLost { get; internal set; }

    /// <summary>How many parts of streams were lost, and sent again.</summary>
    public long SegmentsLost { get; internal set; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{BytesSent} bytes sent, {BytesReceived} received, {SegmentsLost} segments lost, "
        + $"{DatagramsLost} of {DatagramsSent} datagrams lost";
}
