using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Lwt.Core;

namespace Lwt.Stress.CSharp;

/// <summary>
/// Clients that connect to an echo server again and again, all at one time: some end their side early, some reset the
/// connection, some cancel reads. What comes back must be what was sent, and nothing may be left at the end.
/// </summary>
public static class Soak
{
    private const int Clients = 1000;
    private const long Allowance = 1 << 20;

    // Each has ports of its own, so that those of connections that have ended do not run out.
    private const int Addresses = 8;

    /// <summary>The engines that this system has, by name.</summary>
    public static IReadOnlyList<(string Name, Func<IEngine> Make)> Engines { get; } =
        OperatingSystem.IsLinux()
            ? [("epoll", () => new EpollEngine()), ("portable", () => new PortableEngine())]
            : [("portable", () => new PortableEngine())];

    /// <summary>Runs for a time, after a tenth of it for the memory that the first connections take.</summary>
    /// <exception cref="InvalidOperationException">Bytes were lost or mixed, or memory or descriptors are left.</exception>
    public static void Run(IEngine engine, TimeSpan time, Action<string> say)
    {
        using var loop = new EventLoop(new() { Engine = engine });
        loop.RunHere(async () =>
        {
            var warm = new Round(seed: 1);
            await warm.Run(time / 10);
            var before = State.AtRest();
            var round = new Round(seed: 2);
            await round.Run(time);
            var after = await Settled(before);
            say($"soak on {engine} for {time.TotalSeconds:F0} s: {round}; before {before}, after {after}");
            if (after.Descriptors != before.Descriptors)
                throw new InvalidOperationException("The number of descriptors is not what it was.");
            if (after.Heap - before.Heap > Allowance)
                throw new InvalidOperationException("The live heap has grown.");
        });
    }

    /// <summary>What the process has when all is closed; the last of it may be closed a little later.</summary>
    private static async Promise<State> Settled(State before)
    {
        var state = State.AtRest();
        for (var look = 0; look < 100 && state.Descriptors != before.Descriptors; look++)
        {
            await Promise.Sleep(TimeSpan.FromMilliseconds(20));
            state = State.AtRest();
        }
        return state;
    }

    /// <summary>The sockets and the live heap of the process.</summary>
    private readonly record struct State(int Descriptors, long Heap)
    {
        internal static State AtRest()
        {
            var heap = GC.GetTotalMemory(true);
            return new(Idle.CountSockets(), heap);
        }

        public override string ToString() => $"{Descriptors} sockets and {Heap:N0} bytes live";
    }

    private sealed class Round(int seed)
    {
        private int _connections;
        private int _resets;
        private int _served;
        private long _echoed;

        internal async Promise Run(TimeSpan time)
        {
            var begun = Stopwatch.GetTimestamp();
            using var listener = EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
            listener.Bind(new IPEndPoint(IPAddress.Any, 0));
            listener.Listen(Clients);
            var port = ((IPEndPoint)listener.LocalEndPoint).Port;
            var accepting = AcceptAll(listener);
            await Promise.Join([.. Enumerable.Range(0, Clients).Select(Client)]);
            // The last ones may still find out that their client is gone.
            while (_served > 0)
                await Promise.Sleep(TimeSpan.FromMilliseconds(1));
            listener.Close();
            await accepting;

            async Promise Client(int number)
            {
                var random = new Random((seed * Clients) + number);
                var host = OperatingSystem.IsLinux() ? 1 + (number % Addresses) : 1;
                var address = new IPEndPoint(new IPAddress([127, 0, 0, (byte)host]), port);
                do await Connection(address, random);
                while (Stopwatch.GetElapsedTime(begun) < time);
            }
        }

        public override string ToString() =>
            $"{_connections:N0} connections, {_resets:N0} of them reset, {_echoed:N0} bytes echoed";

        private async Promise AcceptAll(Port listener)
        {
            try
            {
                while (true)
                {
                    var connection = await listener.Accept();
                    _served++;
                    Promise.FireAndForget(async () =>
                    {
                        using (connection)
                            await Echo(connection);
                        _served--;
                    });
                }
            }
            catch (PortClosedException) { }
        }

        private static async Promise Echo(Port connection)
        {
            var buffer = new byte[4 * 1024];
            try
            {
                while (await connection.Read(buffer) is var count && count > 0)
                    await WriteAll(connection, buffer.AsMemory(0, count));
            }
            catch (PromiseSocketException e) when (e.ErrorName is "ECONNRESET" or "EPIPE") { }
        }

        private async Promise Connection(EndPoint address, Random random)
        {
            _connections++;
            using var client = EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
            await client.Connect(address);
            // Bytes of this connection's own, so that those of another one show.
            var bytes = new byte[random.Next(1, 40_000)];
            random.NextBytes(bytes);
            var resets = random.Next(4) == 0;
            var end = resets ? random.Next(bytes.Length) : bytes.Length;
            // Half of them end their side while the echo is still on its way.
            var endsEarly = !resets && random.Next(2) == 0;
            var sending = Send(client, bytes.AsMemory(0, end), random, endsEarly);
            var received = 0;
            var buffer = new byte[random.Next(1, 8 * 1024)];
            while (received < end)
            {
                var count = await Read(client, buffer, random);
                if (count == 0)
                    throw new InvalidOperationException($"{end - received} of {end} bytes were lost.");
                if (!bytes.AsSpan(received, count).SequenceEqual(buffer.AsSpan(0, count)))
                    throw new InvalidOperationException($"Other bytes came than were sent, after {received} of {end}.");
                received += count;
                _echoed += count;
                // Long before the echo is whole.
                if (resets && random.Next(4) == 0)
                    break;
            }
            if (resets)
            {
                _resets++;
                client.LingerState = new(true, 0);
                client.Close();
                await Promise.Catch(() => sending, static _ => Promise.Return());
                return;
            }
            await sending;
            // Closed at once, or only after the server has.
            if (random.Next(2) == 0)
                return;
            if (!endsEarly)
                client.Shutdown(SocketShutdown.Send);
            if (await client.Read(buffer) != 0)
                throw new InvalidOperationException("More bytes came than were sent.");
        }

        private static async Promise Send(Port client, ReadOnlyMemory<byte> bytes, Random random, bool ends)
        {
            while (bytes.Length > 0)
            {
                var part = Math.Min(bytes.Length, random.Next(1, 16 * 1024));
                await WriteAll(client, bytes[..part]);
                bytes = bytes[part..];
                if (random.Next(8) == 0)
                    await Promise.Sleep(TimeSpan.FromMilliseconds(random.Next(20)));
            }
            if (ends)
                client.Shutdown(SocketShutdown.Send);
        }

        private static async Promise<int> Read(Port client, byte[] buffer, Random random)
        {
            while (true)
            {
                var read = client.Read(buffer);
                if (!read.IsPending || random.Next(8) != 0)
                    return await read;
                await Promise.Pause();
                read.Cancel();
                if (!read.IsCanceled)
                    return await read;
            }
        }

        private static async Promise WriteAll(Port port, ReadOnlyMemory<byte> bytes)
        {
            while (bytes.Length > 0)
                bytes = bytes[await port.Write(bytes)..];
        }
    }
}
