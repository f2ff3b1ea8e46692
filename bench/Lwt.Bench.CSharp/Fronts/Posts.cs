using System.Net.Sockets;
using Lwt.Core;

namespace Lwt.Bench.Fronts;

/// <summary>Posts between the loops of two threads.</summary>
internal static class Posts
{
    /// <summary>Posts to another loop, which posts back, n times.</summary>
    /// <param name="n">How often.</param>
    /// <param name="withPorts">Whether a read waits in the engine of each loop.</param>
    internal static void PingPong(int n, bool withPorts)
    {
        using var started = new SemaphoreSlim(0);
        EventLoop? other = null;
        ThreadSafeResolver<bool>? stop = null;
        var thread = new Thread(() =>
            EventLoop.Run(() =>
            {
                other = EventLoop.Current;
                (var stopped, stop) = Promise.CreateThreadSafe<bool>();
                started.Release();
                return Beside(stopped, withPorts);
            })
        );
        thread.Start();
        started.Wait();
        EventLoop.Run(() => Beside(Ping(n, other!), withPorts));
        stop!.TryFulfill(true);
        thread.Join();
    }

    private static async Promise<bool> Ping(int n, EventLoop other)
    {
        for (; n > 0; n--)
        {
            var (back, resolver) = Promise.CreateThreadSafe<bool>();
            other.Post(() => resolver.TryFulfill(true));
            await back;
        }
        return true;
    }

    /// <summary>Awaits a promise while a read waits that nothing answers.</summary>
    private static async Promise<bool> Beside(Promise<bool> promise, bool withPorts)
    {
        if (!withPorts)
            return await promise;
        var (a, b) = EventLoop.Current.Ports.SocketPair(SocketType.Stream);
        using (a)
        using (b)
        {
            var read = a.Read(new byte[1]);
            var result = await promise;
            read.Cancel();
            return result;
        }
    }
}
