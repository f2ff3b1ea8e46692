using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Lwt.Core.Tests;

/// <summary>
/// Clients that write random bytes to a server, which echoes them, and compare what comes back by a checksum. Some reset
/// their connection halfway, some cancel reads, some end their side before the echo is there.
/// </summary>
internal static class EchoStress
{
    private const int AtOnce = 50;

    /// <summary>Runs so many connections; rejected if a byte is lost, made up, or out of its place.</summary>
    internal static async Promise Run(int connections, int seed)
    {
        using var listener = EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(AtOnce);
        var begun = 0;
        var served = 0;
        Promise.FireAndForget(Serve);
        await Promise.All([.. Enumerable.Range(0, AtOnce).Select(_ => Clients())]);
        // The last ones may still find out that their client is gone.
        while (served > 0)
            await Promise.Sleep(TimeSpan.FromMilliseconds(1));

        async Promise Serve()
        {
            try
            {
                while (true)
                {
                    var connection = await listener.Accept();
                    served++;
                    Promise.FireAndForget(async () =>
                    {
                        await Echo(connection);
                        served--;
                    });
                }
            }
            catch (PortClosedException) { }
        }

        async Promise<Unit> Clients()
        {
            while (begun < connections)
                await Client(listener.LocalEndPoint, new Random(seed + begun++));
            return default;
        }
    }

    private static async Promise Echo(Port connection)
    {
        var buffer = new byte[8 * 1024];
        try
        {
            while (await connection.Read(buffer) is var count && count > 0)
                for (var sent = 0; sent < count; )
                    sent += await connection.Write(buffer.AsMemory(sent, count - sent));
        }
        catch (PromiseSocketException e) when (e.ErrorName is "ECONNRESET" or "EPIPE") { }
        connection.Close();
    }

    private static async Promise Client(EndPoint address, Random random)
    {
        using var client = EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
        await client.Connect(address);
        var bytes = new byte[random.Next(1, 100_000)];
        random.NextBytes(bytes);
        var resetAfter = random.Next(4) == 0 ? random.Next(bytes.Length) : int.MaxValue;
        var sending = SendAll(client, bytes, resetAfter);
        var received = 0;
        using var checksum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[random.Next(1, 32 * 1024)];
        while (received < resetAfter)
        {
            var read = client.Read(buffer);
            if (read.IsPending && random.Next(4) == 0)
            {
                await Promise.Pause();
                read.Cancel();
                if (read.IsCanceled)
                    continue;
            }
            var count = await read;
            if (count == 0)
                break;
            checksum.AppendData(buffer, 0, count);
            received += count;
        }
        if (resetAfter == int.MaxValue)
        {
            await sending;
            Assert.Equal(bytes.Length, received);
            Assert.Equal(SHA256.HashData(bytes), checksum.GetHashAndReset());
            return;
        }
        // What still comes, or has come and was not read, makes the system reset the connection.
        client.Close();
        await Ended(sending);
    }

    private static async Promise SendAll(Port client, byte[] bytes, int end)
    {
        for (var sent = 0; sent < Math.Min(bytes.Length, end); )
            sent += await client.Write(bytes.AsMemory(sent));
        if (end == int.MaxValue)
            client.Shutdown(SocketShutdown.Send);
    }

    private static async Promise Ended(Promise sending)
    {
        try
        {
            await sending;
        }
        catch (PortClosedException) { }
        catch (PromiseSocketException) { }
    }
}
