using Lwt.Core;

namespace Lwt.Bench.Echo;

/// <summary>Echo as an async method that returns a promise.</summary>
public static class AsyncServer
{
    /// <summary>Serves for ever; <paramref name="listening"/> is told the port.</summary>
    public static void Run(Action<int> listening) => Serving.Run(listening, Serve);

    private static async Promise Serve(PromiseSocket connection)
    {
        using var closing = connection;
        var buffer = new byte[Serving.BufferSize];
        while (true)
        {
            var count = await connection.Receive(buffer);
            if (count == 0)
                return;
            await connection.SendAll(buffer.AsMemory(0, count));
        }
    }
}
