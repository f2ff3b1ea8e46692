using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lwt.Core.Tests;

/// <summary>What every engine's ports do. Each engine has a subclass, which runs all of these.</summary>
public abstract partial class PortContract
{
    private protected abstract IEngine MakeEngine();

    /// <summary>How many descriptors, or whatever takes their place, are open.</summary>
    private protected virtual int CountOpen() =>
        OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Count(file => !IsAssembly(file)) : 0;

    // The runtime opens those as it comes to need them.
    private static bool IsAssembly(string descriptor) =>
        new FileInfo(descriptor).LinkTarget is { } target && target.EndsWith(".dll", StringComparison.Ordinal);

    private protected void RunLoop(Func<Promise> body)
    {
        using var loop = new EventLoop(new() { Engine = MakeEngine() });
        loop.RunHere(() => Promise.Pick(Limit(), body().AsUnit()));

        static async Promise<Unit> Limit()
        {
            await Promise.Sleep(TimeSpan.FromSeconds(60));
            throw new TimeoutException("The test has not ended within a minute.");
        }
    }

    private protected void Run(Func<Port, Port, Promise> body) =>
        RunLoop(async () =>
        {
            var (a, b) = await Pair();
            await body(a, b);
            a.Close();
            b.Close();
        });

    private protected static async Promise<(Port A, Port B)> Pair()
    {
        using var listener = Listener(out var address);
        var client = Client(address);
        var accepted = listener.Accept();
        await client.Connect(address);
        return (client, await accepted);
    }

    private protected static Port Listener(out EndPoint address)
    {
        var listener = EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(16);
        address = listener.LocalEndPoint;
        return listener;
    }

    private protected static Port Client(EndPoint address) =>
        EventLoop.Current.Ports.Socket(address.AddressFamily, SocketType.Stream, default);

    private protected static Port Datagram()
    {
        var port = EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Dgram, default);
        port.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return port;
    }

    private protected static async Promise<Exception> Rejection(Func<Promise> body)
    {
        try
        {
            await body();
        }
        catch (Exception e)
        {
            return e;
        }
        throw new InvalidOperationException("Nothing was rejected.");
    }

    private protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private protected static string Text(byte[] buffer, int count) => Encoding.UTF8.GetString(buffer, 0, count);
}
