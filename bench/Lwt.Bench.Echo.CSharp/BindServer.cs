using Lwt.Core;

namespace Lwt.Bench.Echo;

/// <summary>Echo in calls of <see cref="Promise{T}.Bind(Func{T, Promise})"/>.</summary>
public static class BindServer
{
    /// <summary>Serves for ever; <paramref name="listening"/> is told the port.</summary>
    public static void Run(Action<int> listening) =>
        Serving.Run(listening, connection => Serve(connection, new byte[Serving.BufferSize]));

    private static Promise Serve(PromiseSocket connection, byte[] buffer) =>
        connection
            .Receive(buffer)
            .Bind(count =>
            {
                if (count > 0)
                    return connection.SendAll(buffer.AsMemory(0, count)).Bind(() => Serve(connection, buffer));
                connection.Dispose();
                return Promise.Return();
            });
}
