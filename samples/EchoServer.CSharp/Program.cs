// Echoes lines to whoever connects, such as `nc 127.0.0.1 7007`, until Ctrl-C or SIGTERM: then nobody new is served, and
// those who are connected have five seconds to end.
//
//     dotnet run --project samples/EchoServer.CSharp [PORT]
using System.Net;
using System.Runtime.InteropServices;
using Lwt.Core;

var port = args.Length == 0 ? 7007 : int.Parse(args[0]);

EventLoop.Run(async () =>
{
    // Signals come on a thread of their own.
    var (stopped, stop) = Promise.CreateThreadSafe<PosixSignal>();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

    await using var server = ChannelServer.Start(new IPEndPoint(IPAddress.Loopback, port), Echo);
    Console.WriteLine($"listening at {server.LocalEndPoint}");

    Console.WriteLine($"{await stopped}: {server.ClientCount} to end");
    await server.Shutdown(TimeSpan.FromSeconds(5));
    Console.WriteLine("stopped");

    void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        stop.TryFulfill(context.Signal);
    }
});

static async Promise Echo(ChannelConnection client)
{
    while (await client.Input.ReadLine() is { } line)
        await client.Output.WriteLine(line);
}
