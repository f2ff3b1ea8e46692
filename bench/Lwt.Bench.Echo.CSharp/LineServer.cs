using Lwt.Core;

namespace Lwt.Bench.Echo;

/// <summary>Echo by lines over channels.</summary>
public static class LineServer
{
    /// <summary>Serves for ever; <paramref name="listening"/> is told the port.</summary>
    public static void Run(Action<int> listening) => Serving.Run(listening, Serve);

    private static async Promise Serve(PromiseSocket socket)
    {
        await using var connection = ChannelConnection.Of(socket.Port);
        while (await connection.Input.ReadLine() is { } line)
        {
            await connection.Output.WriteLine(line);
            await connection.Output.Flush();
        }
    }
}
