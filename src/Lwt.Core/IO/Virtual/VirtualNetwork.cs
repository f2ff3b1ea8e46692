using System.Net;

namespace Lwt.Core;

/// <summary>
/// The network of a <see cref="VirtualEngine"/>: sockets, datagrams and pipes in memory, under the virtual clock, so
/// that tests of network programs take no real time and always come out the same.
/// </summary>
/// <remarks>
/// <para>
/// Any IP address is a host, and Unix paths are names; neither need exist. A socket that is not bound is on the
/// loopback host (127.0.0.1 or ::1): bind it to another address to place it on another host. Port 0 takes the next free
/// number, counted from 49152. The two ends of a connection must be on one loop. Nothing is multicast or broadcast.
/// </para>
/// <para>
/// A message arrives at a deadline of the virtual clock, among the sleeps: with no latency, in a later iteration of the
/// loop at the same time. Latency, jitter, bandwidth, loss and partitions concern internet addresses, 127.0.0.1 too;
/// Unix sockets, socket pairs and pipes have none of them.
/// </para>
/// <para>
/// When every part of the program waits for messages that cannot come, the loop reports that nothing can wake it. What
/// a partition holds back counts as such.
/// </para>
/// <para>
/// The network belongs to its engine's loop. Set it up before the loop runs, or change it on the loop's thread while it
/// runs; a setting holds for what is sent from then on.
/// </para>
/// </remarks>
public sealed class VirtualNetwork
{
    private static readonly TimeSpan s_mostTime = TimeSpan.FromDays(100);

    private readonly VirtualClock _clock;

    // Null while no port was opened.
    private readonly Func<EventLoop?> _loop;

    // A link stands under both orders of its hosts, one inside a host once.
    private readonly Dictionary<Hosts, VirtualLink> _links = [];

    // In the order in which they were made, so that healing is the same each time.
    private readonly List<VirtualLink> _made = [];
    private readonly HashSet<Hosts> _cut = [];
    private readonly HashSet<IPAddress> _isolated = [];
    private readonly HashSet<VirtualPort> _open = [];
    private TimeSpan _latency;
    private TimeSpan _jitter;
    private TimeSpan _retransmissionDelay = TimeSpan.FromMilliseconds(200);
    private long? _bandwidth;
    private double _loss;
    private int _seed;
    private int _sendBufferSize = 64 * 1024;
    private int _receiveBufferSize = 64 * 1024;

    internal VirtualNetwork(VirtualClock clock, Func<EventLoop?> loop)
    {
        (_clock, _loop) = (clock, loop);
        Inside = new VirtualRoute(this, null, null, null);
    }

    /// <summary>How long a message takes from one host to another; none unless set.</summary>
    public TimeSpan Latency
    {
        get => _latency;
        set
        {
            CheckThread(nameof(Latency));
            _latency = CheckTime(value, nameof(Latency));
        }
    }

    /// <summary>
    /// The most that a message takes beyond <see cref="Latency"/>: each draws its own part of it, evenly. Datagrams may
    /// then arrive out of order; streams keep theirs.
    /// </summary>
    public TimeSpan Jitter
    {
        get => _jitter;
        set
        {
            CheckThread(nameof(Jitter));
            _jitter = CheckTime(value, nameof(Jitter));
        }
    }

    /// <summary>
    /// How many bytes a second a host can send to another, all its sockets together; null, as it is at first, is
    /// unlimited. Only the contents of streams and datagrams count.
    /// </summary>
    public long? Bandwidth
    {
        get => _bandwidth;
        set
        {
            CheckThread(nameof(Bandwidth));
            _bandwidth = CheckBandwidth(value);
        }
    }

    /// <summary>
    /// The probability, from 0 to 1, that a message is lost; 0 unless set. A lost datagram vanishes. A lost part of a
    /// stream, of at most 1460 bytes, is sent again after <see cref="RetransmissionDelay"/>, then after twice that, and
    /// so on; what was sent after it waits for it. One that is lost 16 times fails the sender's connection with
    /// ETIMEDOUT.
    /// </summary>
    public double Loss
    {
        get => _loss;
        set
        {
            CheckThread(nameof(Loss));
            _loss = CheckLoss(value);
        }
    }

    /// <summary>How long a stream waits before it sends a lost part again; 200 ms unless set.</summary>
    public TimeSpan RetransmissionDelay
    {
        get => _retransmissionDelay;
        set
        {
            CheckThread(nameof(RetransmissionDelay));
            _retransmissionDelay = CheckTime(value, nameof(RetransmissionDelay));
        }
    }

    /// <summary>
    /// Decides all that the network draws (jitter, losses): the same seed and program have the same outcome. Setting it
    /// begins the draws anew. 0 unless set.
    /// </summary>
    public int Seed
    {
        get => _seed;
        set
        {
            CheckThread(nameof(Seed));
            _seed = value;
            Random = new Random(value);
        }
    }

    /// <summary>
    /// How many bytes a socket keeps that it has sent and that the peer has not read, beyond the peer's own buffer; of
    /// sockets made from now on, unless their SendBuffer option says otherwise. 65,536 unless set.
    /// </summary>
    public int SendBufferSize
    {
        get => _sendBufferSize;
        set
        {
            CheckThread(nameof(SendBufferSize));
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _sendBufferSize = value;
        }
    }

    /// <summary>
    /// How many bytes a socket keeps that it has received; of sockets made from now on, unless their ReceiveBuffer
    /// option says otherwise. Datagrams that find no room are lost. 65,536 unless set.
    /// </summary>
    public int ReceiveBufferSize
    {
        get => _receiveBufferSize;
        set
        {
            CheckThread(nameof(ReceiveBufferSize));
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _receiveBufferSize = value;
        }
    }

    /// <summary>What has happened on the network.</summary>
    public VirtualNetworkStatistics Statistics { get; } = new();

    /// <summary>How many sockets and ends of pipes are open: a test can see that none was forgotten.</summary>
    public int OpenPorts => _open.Count;

    internal Random Random { get; private set; } = new(0);

    internal VirtualAddresses Streams { get; } = new();

    internal VirtualAddresses Datagrams { get; } = new();

    /// <summary>The way inside a host, of pipes and Unix sockets.</summary>
    internal VirtualRoute Inside { get; }

    internal long Now => _clock.GetTimestamp();

    /// <summary>How many messages are on their way to arrive.</summary>
    internal int UnderWay { get; private set; }

    /// <summary>The link between two hosts, to give it settings of its own.</summary>
    public VirtualLink Link(IPAddress a, IPAddress b)
    {
        CheckThread(nameof(Link));
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (_links.TryGetValue(new(a, b), out var link))
            return link;
        link = new VirtualLink(this, a, b);
        _made.Add(link);
        _links[new(a, b)] = _links[new(b, a)] = link;
        return link;
    }

    /// <summary>
    /// Cuts two hosts off from each other. Datagrams between them are lost, those under way too. Connections stay open,
    /// and what they send is held until <see cref="Heal(IPAddress, IPAddress)"/>, as long as that takes.
    /// </summary>
    public void Partition(IPAddress a, IPAddress b)
    {
        CheckThread(nameof(Partition));
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        _cut.Add(new(a, b));
        _cut.Add(new(b, a));
    }

    /// <summary>Cuts a host off from all others, as <see cref="Partition(IPAddress, IPAddress)"/> does from
    /// one.</summary>
    public void Partition(IPAddress host)
    {
        CheckThread(nameof(Partition));
        ArgumentNullException.ThrowIfNull(host);
        _isolated.Add(host);
    }

    /// <summary>
    /// Takes back a <see cref="Partition(IPAddress, IPAddress)"/>. What was held is sent now, in its order, and takes
    /// its latency again.
    /// </summary>
    public void Heal(IPAddress a, IPAddress b)
    {
        CheckThread(nameof(Heal));
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        _cut.Remove(new(a, b));
        _cut.Remove(new(b, a));
        Resume();
    }

    /// <summary>Takes back a <see cref="Partition(IPAddress)"/>.</summary>
    public void Heal(IPAddress host)
    {
        CheckThread(nameof(Heal));
        ArgumentNullException.ThrowIfNull(host);
        _isolated.Remove(host);
        Resume();
    }

    /// <summary>Takes back every partition.</summary>
    public void Heal()
    {
        CheckThread(nameof(Heal));
        _cut.Clear();
        _isolated.Clear();
        Resume();
    }

    internal static TimeSpan CheckTime(TimeSpan time, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, s_mostTime, name);
        return time;
    }

    internal static long? CheckBandwidth(long? bytesPerSecond)
    {
        if (bytesPerSecond is { } rate)
            ArgumentOutOfRangeException.ThrowIfLessThan(rate, 1, nameof(Bandwidth));
        return bytesPerSecond;
    }

    internal static double CheckLoss(double probability) =>
        probability is >= 0 and <= 1
            ? probability
            : throw new ArgumentOutOfRangeException(
                nameof(probability),
                probability,
                "The probability of a loss must be from 0 to 1."
            );

    /// <summary>The way from one host to another.</summary>
    internal VirtualRoute Route(IPAddress from, IPAddress to) => Link(from, to).From(from);

    internal bool IsCut(IPAddress from, IPAddress to) =>
        _cut.Contains(new(from, to))
        || (_isolated.Count > 0 && !from.Equals(to) && (_isolated.Contains(from) || _isolated.Contains(to)));

    /// <summary>Has a message come to the end of its route after some ticks.</summary>
    internal void Schedule(VirtualRoute route, VirtualMessage message, long ticks)
    {
        UnderWay++;
        _clock.Start(Arrive, (this, route, message), ticks);

        static void Arrive(object? state)
        {
            var (network, route, message) = ((VirtualNetwork, VirtualRoute, VirtualMessage))state!;
            network.UnderWay--;
            route.Deliver(message);
        }
    }

    /// <summary>Has a port try again in the loop's next dispatch.</summary>
    internal void WakeSoon(VirtualPort port) => Inside.Send(new VirtualWakeup(port));

    internal void Add(VirtualPort port) => _open.Add(port);

    internal void Remove(VirtualPort port) => _open.Remove(port);

    /// <summary>Closes all ports, for a loop that has ended.</summary>
    internal void Abandon()
    {
        foreach (var port in _open.ToArray())
            port.Abandon();
    }

    private void Resume()
    {
        foreach (var link in _made.ToArray())
        {
            link.Forth.Resume();
            if (link.Back != link.Forth)
                link.Back.Resume();
        }
    }

    internal void CheckThread(string member) => _loop()?.CheckThread($"VirtualNetwork.{member}");

    private readonly record struct Hosts(IPAddress From, IPAddress To);
}
