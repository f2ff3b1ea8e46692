using System.Net;

namespace Lwt.Core;

/// <summary>
/// The connection between two hosts of a <see cref="VirtualNetwork"/>, with settings of its own; those that are null
/// are the network's. They hold for both directions, and for what is sent from now on.
/// </summary>
public sealed class VirtualLink
{
    private readonly VirtualNetwork _network;
    private readonly IPAddress _first;
    private TimeSpan? _latency;
    private TimeSpan? _jitter;
    private long? _bandwidth;
    private double? _loss;

    internal VirtualLink(VirtualNetwork network, IPAddress a, IPAddress b)
    {
        (_network, _first) = (network, a);
        Forth = new VirtualRoute(network, a, b, this);
        Back = a.Equals(b) ? Forth : new VirtualRoute(network, b, a, this);
    }

    /// <summary>As <see cref="VirtualNetwork.Latency"/>; null: that of the network.</summary>
    public TimeSpan? Latency
    {
        get => _latency;
        set
        {
            _network.CheckThread(nameof(Latency));
            _latency = value is { } time ? VirtualNetwork.CheckTime(time, nameof(Latency)) : null;
        }
    }

    /// <summary>As <see cref="VirtualNetwork.Jitter"/>; null: that of the network.</summary>
    public TimeSpan? Jitter
    {
        get => _jitter;
        set
        {
            _network.CheckThread(nameof(Jitter));
            _jitter = value is { } time ? VirtualNetwork.CheckTime(time, nameof(Jitter)) : null;
        }
    }

    /// <summary>
    /// As <see cref="VirtualNetwork.Bandwidth"/>, in bytes per second; null: that of the network, <see
    /// cref="long.MaxValue"/>: unlimited.
    /// </summary>
    public long? Bandwidth
    {
        get => _bandwidth;
        set
        {
            _network.CheckThread(nameof(Bandwidth));
            _bandwidth = VirtualNetwork.CheckBandwidth(value);
        }
    }

    /// <summary>As <see cref="VirtualNetwork.Loss"/>, from 0 to 1; null: that of the network.</summary>
    public double? Loss
    {
        get => _loss;
        set
        {
            _network.CheckThread(nameof(Loss));
            _loss = value is { } probability ? VirtualNetwork.CheckLoss(probability) : null;
        }
    }

    /// <summary>From the first host to the second; inside one host, both ways.</summary>
    internal VirtualRoute Forth { get; }

    internal VirtualRoute Back { get; }

    internal VirtualRoute From(IPAddress host) => _first.Equals(host) ? Forth : Back;

    /// <summary>The settings in force; times in ticks.</summary>
    internal (long Latency, long Jitter, long? Rate, double Loss) InUse
    {
        get
        {
            var rate = _bandwidth ?? _network.Bandwidth;
            return (
                (_latency ?? _network.Latency).Ticks,
                (_jitter ?? _network.Jitter).Ticks,
                rate == long.MaxValue ? null : rate,
                _loss ?? _network.Loss
            );
        }
    }
}
