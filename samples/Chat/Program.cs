// A chat: what a member writes goes to all others. Join by `nc 127.0.0.1 7008`; Ctrl-C ends it.
//
//     dotnet run --project samples/Chat [PORT]
using System.Net;
using System.Runtime.InteropServices;
using Lwt.Core;
using Lwt.Samples.Chat;

var port = args.Length == 0 ? 7008 : int.Parse(args[0]);

EventLoop.Run(async () =>
{
    // Signals come on a thread of their own.
    var (stopped, stop) = Promise.CreateThreadSafe<PosixSignal>();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

    var room = new Room();
    await using var server = ChannelServer.Start(new IPEndPoint(IPAddress.Loopback, port), room.Serve);
    Console.WriteLine($"listening at {server.LocalEndPoint}");
    await stopped;
    room.Say("The server stops.");
    await server.Shutdown(TimeSpan.FromSeconds(1));

    void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        stop.TryFulfill(context.Signal);
    }
});
