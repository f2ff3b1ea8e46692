using System.Net;

namespace Lwt.Core.Tests;

// Faults of the system that no peer can cause.
public abstract partial class SystemPortContract
{
    [Fact]
    public void Fault_SignalsInterruptTheLoopsThread_NothingIsLost() =>
        Fault(async () =>
        {
            if (!OperatingSystem.IsLinux())
                return;
            var (a, b) = await Pair();
            using var signals = LinuxFaults.InterruptThisThread();
            for (var round = 0; signals.Sent < 100; round++)
            {
                var read = b.Read(new byte[16]);
                // The loop waits in the engine meanwhile.
                await Promise.Sleep(TimeSpan.FromMilliseconds(1));
                Expect.Pending(read);
                await a.Write(Bytes("round"));
                Assert.Equal(5, await read);
            }
            var bytes = new byte[1_000_000];
            var received = 0;
            var reading = ReadAll();
            for (var sent = 0; sent < bytes.Length; )
                sent += await a.Write(bytes.AsMemory(sent));
            await reading;
            a.Close();
            b.Close();

            async Promise ReadAll()
            {
                var buffer = new byte[16 * 1024];
                while (received < bytes.Length)
                    received += await b.Read(buffer);
            }
        });

    [Fact]
    public void Fault_NoMoreDescriptors_RejectsWhatNeedsOne_AndTheNextAcceptTakesTheConnection() =>
        Fault(async () =>
        {
            if (!OperatingSystem.IsLinux())
                return;
            var (a, b) = await Pair();
            using var listener = Listener(out var address);
            using var client = Client(address);
            var waiting = listener.Accept();
            Expect.Pending(waiting);
            List<Exception> errors = [];
            using (LinuxFaults.TakeAllDescriptors())
            {
                await client.Connect(address);
                errors.Add(await Rejection(() => waiting));
                errors.Add(await Rejection(() => listener.Accept()));
                errors.Add(await Rejection(() => PromiseSocket.Connect(address)));
                errors.Add(Record.Exception(() => EventLoop.Current.Ports.Pipe())!);
                await GoesOn(a, b);
            }
            Assert.Equal(["EMFILE", "EMFILE", "EMFILE", "EMFILE"], errors.Select(e => ((ISystemError)e).ErrorName));
            using var server = await listener.Accept();
            await GoesOn(client, server);
            a.Close();
            b.Close();
        });

    [Fact]
    public void Fault_HostThatDoesNotExist_NamesTheHost() =>
        Fault(async () =>
        {
            var error = await Rejection(() => PromiseSocket.Connect("no-such-host.invalid", 80));
            Assert.Contains("no-such-host.invalid", Assert.IsType<PromiseSocketException>(error).Message);
            Assert.Equal("getaddrinfo", ((ISystemError)error).Call);
        });

    [Fact]
    public void PortThatIsDropped_IsCollected_AndItsDescriptorClosed() =>
        Fault(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                Assert.False(Client(new IPEndPoint(IPAddress.Loopback, 0)).IsClosed);
                await Promise.Pause();
            }
        });

    [Fact]
    public void Fault_ServerHasNoMoreDescriptors_TellsOnce_AndServesWhenThereAreSome() =>
        Fault(async () =>
        {
            if (!OperatingSystem.IsLinux())
                return;
            List<Exception> told = [];
            await using var server = ChannelServer.Start(
                new IPEndPoint(IPAddress.Loopback, 0),
                async client => await client.Output.WriteLine(await client.Input.ReadLine() ?? ""),
                new() { OnError = told.Add }
            );
            using var client = Client(server.LocalEndPoint);
            using (LinuxFaults.TakeAllDescriptors())
            {
                await client.Connect(server.LocalEndPoint);
                // Long enough for a second attempt.
                await Promise.Sleep(TimeSpan.FromMilliseconds(150));
            }
            await client.Write(Bytes("served\n"));
            var buffer = new byte[16];
            Assert.Equal("served\n", Text(buffer, await client.Read(buffer)));
            Assert.Equal("EMFILE", Assert.IsAssignableFrom<ISystemError>(Assert.Single(told)).ErrorName);
        });
}
