using System.Net;
using System.Net.Sockets;

namespace Lwt.Core.Tests;

public class HappyEyeballsTests
{
    private static readonly IPAddress A6 = IPAddress.Parse("2001:db8::1");
    private static readonly IPAddress B6 = IPAddress.Parse("2001:db8::2");
    private static readonly IPAddress A4 = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress B4 = IPAddress.Parse("192.0.2.2");

    [Fact]
    public void Connect_TwoFamilies_TakeTurns()
    {
        Assert.Equal([A6, A4, B6, B4], Order(A6, B6, A4, B4));
        Assert.Equal([A4, A6, B6], Order(A4, A6, B6));
        Assert.Equal([A4, A6, B4], Order(A4, B4, A6));
        Assert.Equal([A4, B4], Order(A4, B4));
        Assert.Equal([A4], Order(A4));

        static IEnumerable<IPAddress> Order(params IPAddress[] addresses)
        {
            var network = new Network();
            foreach (var address in addresses)
                network[address] = -1;
            Assert.Throws<SocketException>(() => network.Connect(addresses));
            return network.Attempts.Select(attempt => attempt.Address);
        }
    }

    [Fact]
    public void Connect_NoAddress_IsAnError() => Assert.Throws<ArgumentException>(() => PromiseSocket.Connect([], 80));

    [Fact]
    public void Connect_FirstAnswersWithinItsHeadStart_TriesNoOther()
    {
        var network = new Network { [A6] = 100 };
        Assert.Equal((A6, 100), network.Connect(A6, A4));
        Assert.Equal([(A6, 0)], network.Attempts);
        Assert.Empty(network.Closed);
    }

    [Fact]
    public void Connect_FirstNeverAnswers_TakesTheSecond_AndCancelsTheFirst()
    {
        var network = new Network { [A4] = 100 };
        Assert.Equal((A4, 350), network.Connect(A6, A4, B6));
        Assert.Equal([(A6, 0), (A4, 250)], network.Attempts);
        Assert.Equal([A6], network.Closed);
    }

    [Fact]
    public void Connect_SeveralNeverAnswer_TriesOneEach250Ms()
    {
        var network = new Network { [B4] = 10 };
        Assert.Equal((B4, 760), network.Connect(A6, A4, B6, B4));
        Assert.Equal([(A6, 0), (A4, 250), (B6, 500), (B4, 750)], network.Attempts);
        Assert.Equal([A6, A4, B6], network.Closed);
    }

    [Fact]
    public void Connect_FirstIsSlowerThanTheSecond_ButAnswersFirst_Wins()
    {
        var network = new Network { [A6] = 400, [A4] = 300 };
        Assert.Equal((A6, 400), network.Connect(A6, A4));
        Assert.Equal([A4], network.Closed);
    }

    [Fact]
    public void Connect_FirstIsRefused_TriesTheSecondAtOnce()
    {
        var network = new Network { [A6] = -20, [A4] = 30 };
        Assert.Equal((A4, 50), network.Connect(A6, A4));
        Assert.Equal([(A6, 0), (A4, 20)], network.Attempts);
        Assert.Empty(network.Closed);
    }

    [Fact]
    public void Connect_RefusedWhileAnEarlierOneIsUnderWay_WaitsForThat()
    {
        var network = new Network { [A6] = 1000, [A4] = -10 };
        Assert.Equal((A6, 1000), network.Connect(A6, A4));
        Assert.Equal([(A6, 0), (A4, 250)], network.Attempts);
        Assert.Empty(network.Closed);
    }

    [Fact]
    public void Connect_BothAnswerAtOnce_ClosesTheOther()
    {
        var network = new Network { [A6] = 350, [A4] = 100 };
        var (winner, time) = network.Connect(A6, A4);
        Assert.Equal(350, time);
        Assert.Equal([winner.Equals(A6) ? A4 : A6], network.Closed);
    }

    [Fact]
    public void Connect_AllRefused_RejectsAsTheFirst()
    {
        var network = new Network { [A6] = -20, [A4] = -30 };
        var error = Assert.Throws<SocketException>(() => network.Connect(A6, A4));
        Assert.Contains(A6.ToString(), error.Message);
        Assert.Equal(2, network.Attempts.Count);
    }

    [Fact]
    public void Connect_Cancelled_CancelsAllAttempts_AndStartsNoMore()
    {
        var network = new Network();
        network.Run(async () =>
        {
            var connecting = PromiseSocket.Connect([A6, A4, B6], Network.Port);
            await Promise.Sleep(TimeSpan.FromMilliseconds(300));
            connecting.Cancel();
            Expect.Canceled(connecting);
            await Promise.Sleep(TimeSpan.FromSeconds(10));
            return default(Unit);
        });
        Assert.Equal([(A6, 0), (A4, 250)], network.Attempts);
        Assert.Equal([A6, A4], network.Closed);
    }

    [Fact]
    public void Connect_ByName_ReachesTheListener() =>
        EventLoop.Run(async () =>
        {
            using var listener = PromiseSocket.Listen(new IPEndPoint(IPAddress.Loopback, 0));
            var accepted = listener.Accept();
            var port = ((IPEndPoint)listener.LocalEndPoint).Port;
            // It has an address of IPv6 too on most machines, which is refused.
            using var client = await PromiseSocket.Connect("localhost", port);
            using var server = await accepted;
            await client.SendAll("hi"u8.ToArray());
            Assert.Equal(2, await server.Receive(new byte[8]));
        });

    [Fact]
    public void Connect_ByAddress_ReachesTheListener() =>
        EventLoop.Run(async () =>
        {
            using var listener = PromiseSocket.Listen(new IPEndPoint(IPAddress.Loopback, 0));
            var port = ((IPEndPoint)listener.LocalEndPoint).Port;
            using var client = await PromiseSocket.Connect("127.0.0.1", port);
            Assert.Equal(listener.LocalEndPoint, client.RemoteEndPoint);
        });

    [Fact]
    public void Connect_UnknownName_NamesIt() =>
        EventLoop.Run(async () =>
        {
            var error = await Assert.ThrowsAsync<PromiseSocketException>(() =>
                PromiseSocket.Connect("no-such-host.invalid", 80).AsTask()
            );
            Assert.Contains("no-such-host.invalid", error.Message);
        });

    /// <summary>Hosts that answer after so many milliseconds, refuse after as many if negative, or say nothing.</summary>
    private sealed class Network : Dictionary<IPAddress, int>
    {
        internal const int Port = 80;

        internal List<(IPAddress Address, int Time)> Attempts { get; } = [];

        /// <summary>Which of those that did not refuse were closed before the program had what it wanted.</summary>
        internal List<IPAddress> Closed { get; } = [];

        internal (IPAddress Winner, int Time) Connect(params IPAddress[] addresses) =>
            Run(async () =>
            {
                var connection = await PromiseSocket.Connect(addresses, Port);
                var (winner, time) = (((IPEndPoint)connection.RemoteEndPoint).Address, Now());
                await Promise.Sleep(TimeSpan.FromSeconds(10));
                Assert.DoesNotContain(winner, Closed);
                return (winner, time);
            });

        internal T Run<T>(Func<Promise<T>> body)
        {
            using var loop = new EventLoop(new() { Engine = new Engine(this) });
            return loop.RunHere(body);
        }

        internal async Promise Attempt(IPAddress address)
        {
            Attempts.Add((address, Now()));
            var time = TryGetValue(address, out var known) ? known : 0;
            await Promise.Sleep(time == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Abs(time)));
            if (time < 0)
                throw new SocketException((int)SocketError.ConnectionRefused, $"{address} refuses");
        }

        private static int Now() => (int)EventLoop.Current.Clock.GetElapsedTime(0).TotalMilliseconds;
    }

    /// <summary>A virtual clock with sockets that can only connect.</summary>
    private sealed class Engine(Network network) : IEngine
    {
        private readonly VirtualEngine _clock = new();

        public TimeProvider Clock => _clock.Clock;

        public Ports Ports { get; } = new Sockets(network);

        public void Poll(TimeSpan? timeout) => _clock.Poll(timeout);

        public void Wake() => _clock.Wake();

        public void Dispose() => _clock.Dispose();
    }

    private sealed class Sockets(Network network) : Ports
    {
        public override Port Socket(AddressFamily family, SocketType type, ProtocolType protocol) =>
            new Endpoint(network);

        public override (Port First, Port Second) SocketPair(SocketType type) => throw new NotSupportedException();

        public override (Port Reader, Port Writer) Pipe() => throw new NotSupportedException();

        public override Port Of(Socket socket) => throw new NotSupportedException();
    }

    private sealed class Endpoint(Network network) : Port
    {
        private IPEndPoint? _peer;
        private bool _refused;
        private bool _closed;

        public override bool IsClosed => _closed;

        public override bool IsReadable => false;

        public override bool IsWritable => false;

        public override string Description => "a socket of the test";

        public override EndPoint RemoteEndPoint => _peer!;

        public override async Promise Connect(EndPoint peer)
        {
            _peer = (IPEndPoint)peer;
            try
            {
                await network.Attempt(_peer.Address);
            }
            catch (SocketException)
            {
                _refused = true;
                throw;
            }
        }

        public override void SetOption(SocketOptionLevel level, SocketOptionName name, int value) { }

        public override void Close()
        {
            if (!_closed && !_refused)
                network.Closed.Add(_peer!.Address);
            _closed = true;
        }

        public override Promise<int> Read(Memory<byte> buffer) => throw new NotSupportedException();

        public override Promise<int> Write(ReadOnlyMemory<byte> buffer) => throw new NotSupportedException();

        public override Promise Readable() => throw new NotSupportedException();

        public override Promise Writable() => throw new NotSupportedException();
    }
}
