using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Lwt.Core;

namespace Lwt.Stress.CSharp;

/// <summary>Connections that are open and wait, both ends of each in this process.</summary>
public static class Idle
{
    // For what the process has open beside them.
    private const int Spare = 500;

    // Of both ends, each with a read that waits in an async method.
    private const long MostBytes = 4 * 1024;

    /// <summary>
    /// Opens so many connections, or as many as the limit of descriptors permits, and measures what each takes of the heap.
    /// </summary>
    /// <exception cref="InvalidOperationException">They take too much, or one does not work.</exception>
    public static void Run(IEngine engine, int connections, Action<string> say)
    {
        connections = Math.Min(connections, (LimitOfDescriptors() - Spare) / 2);
        using var loop = new EventLoop(new() { Engine = engine });
        loop.RunHere(async () =>
        {
            var sockets = CountSockets();
            await Open(Math.Min(connections, 10));
            var each = await Open(connections);
            say($"{connections:N0} idle connections on {engine}: {each:N0} bytes live for each");
            if (each > MostBytes)
                throw new InvalidOperationException($"{each:N0} bytes for each connection, over {MostBytes:N0}.");
            for (var look = 0; look < 100 && CountSockets() != sockets; look++)
                await Promise.Sleep(TimeSpan.FromMilliseconds(20));
            if (CountSockets() != sockets)
                throw new InvalidOperationException($"{CountSockets()} sockets are open, before it were {sockets}.");
        });
    }

    /// <summary>How many sockets the process has; zero where the system does not tell.</summary>
    internal static int CountSockets() =>
        OperatingSystem.IsLinux()
            ? Directory
                .GetFiles("/proc/self/fd")
                .Count(file => new FileInfo(file).LinkTarget is { } target && target.StartsWith("socket:"))
            : 0;

    /// <summary>Returns how many bytes of the heap each connection takes.</summary>
    private static async Promise<long> Open(int connections)
    {
        using var listener = EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(128);
        var before = GC.GetTotalMemory(true);
        var clients = new Port[connections];
        var servers = new Port[connections];
        var answers = new Promise<int>[connections];
        var serving = new Promise[connections];
        for (var i = 0; i < connections; i++)
        {
            clients[i] = EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
            var accepted = listener.Accept();
            await clients[i].Connect(listener.LocalEndPoint);
            servers[i] = await accepted;
            serving[i] = EchoOne(servers[i]);
            answers[i] = clients[i].Read(new byte[1]);
        }
        await Promise.Sleep(TimeSpan.FromMilliseconds(1));
        var each = (GC.GetTotalMemory(true) - before) / connections;
        foreach (var client in clients)
            await client.Write(new byte[1]);
        var answered = (await Promise.All(answers)).Sum();
        await Promise.Join(serving);
        if (answered != connections)
            throw new InvalidOperationException($"{answered} of {connections} connections have answered.");
        foreach (var client in clients)
        {
            // Reset: 10,000 addresses would otherwise stay taken for a minute.
            client.LingerState = new(true, 0);
            client.Close();
        }
        foreach (var server in servers)
            server.Close();
        return each;
    }

    private static async Promise EchoOne(Port port)
    {
        var buffer = new byte[1];
        await port.Read(buffer);
        await port.Write(buffer);
    }

    private static int LimitOfDescriptors()
    {
        if (!OperatingSystem.IsLinux())
            return 2000;
        var line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files"));
        var soft = line["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return int.TryParse(soft, CultureInfo.InvariantCulture, out var limit) ? limit : int.MaxValue;
    }
}
