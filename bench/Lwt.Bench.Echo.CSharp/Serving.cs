using System.Net;
using System.Net.Sockets;
using Lwt.Core;

namespace Lwt.Bench.Echo;

/// <summary>What the C# servers on promises share: they differ in how they serve a connection.</summary>
internal static class Serving
{
    internal const int BufferSize = 4096;
    internal const int Backlog = 4096;

    /// <summary>Accepts connections for ever, and tells the port once.</summary>
    internal static void Run(Action<int> listening, Func<PromiseSocket, Promise> serve) =>
        EventLoop.Run(async () =>
        {
            using var listener = PromiseSocket.Listen(new IPEndPoint(IPAddress.Loopback, 0), Backlog);
            listening(((IPEndPoint)listener.LocalEndPoint).Port);
            while (true)
            {
                var connection = await listener.Accept();
                connection.NoDelay = true;
                Promise.FireAndForget(() => serve(connection), failure => Ended(connection, failure));
            }
        });

    // A load generator that ends with requests under way resets its connections.
    private static void Ended(PromiseSocket connection, Exception failure)
    {
        connection.Dispose();
        if (failure is not SocketException)
            Console.Error.WriteLine(failure);
    }
}
