using System.Net;
using System.Net.Sockets;

namespace Lwt.Bench.Echo;

/// <summary>Echo on .NET's own sockets and tasks. DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS says where they go on.</summary>
public static class TaskServer
{
    /// <summary>Serves for ever; <paramref name="listening"/> is told the port.</summary>
    public static void Run(Action<int> listening) => Accept(listening, Serve).GetAwaiter().GetResult();

    /// <summary>As <see cref="Run"/>, by lines.</summary>
    public static void RunLines(Action<int> listening) => Accept(listening, ServeLines).GetAwaiter().GetResult();

    private static async Task Accept(Action<int> listening, Func<Socket, Task> serve)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(Serving.Backlog);
        listening(((IPEndPoint)listener.LocalEndPoint!).Port);
        while (true)
        {
            var connection = await listener.AcceptAsync();
            connection.NoDelay = true;
            _ = Serve(connection, serve);
        }
    }

    private static async Task Serve(Socket connection, Func<Socket, Task> serve)
    {
        using var closing = connection;
        try
        {
            await serve(connection);
        }
        // A load generator that ends with requests under way resets its connections.
        catch (Exception e) when (e is SocketException or IOException) { }
    }

    private static async Task Serve(Socket connection)
    {
        var buffer = new byte[Serving.BufferSize];
        while (true)
        {
            var count = await connection.ReceiveAsync(buffer, SocketFlags.None);
            if (count == 0)
                return;
            for (var sent = 0; sent < count; )
                sent += await connection.SendAsync(buffer.AsMemory(sent, count - sent), SocketFlags.None);
        }
    }

    private static async Task ServeLines(Socket connection)
    {
        await using var stream = new NetworkStream(connection);
        using var input = new StreamReader(stream);
        await using var output = new StreamWriter(stream) { NewLine = "\n" };
        while (await input.ReadLineAsync() is { } line)
        {
            await output.WriteLineAsync(line);
            await output.FlushAsync();
        }
    }
}
