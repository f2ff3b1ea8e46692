using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Lwt.Core.Tests;

/// <summary>What TLS does on the ports of any engine.</summary>
public abstract class TlsContract
{
    private static readonly X509Certificate2 s_certificate = Certificates.SelfSigned("localhost");
    private static readonly X509Certificate2 s_client = Certificates.SelfSigned("client");
    private protected static readonly SslServerAuthenticationOptions s_server = new()
    {
        ServerCertificate = s_certificate,
    };

    private protected abstract IEngine Engine();

    private protected void Run(Func<Promise> test)
    {
        using var loop = new EventLoop(new() { Engine = Engine() });
        loop.RunHere(() => Promise.WithTimeout(TimeSpan.FromMinutes(1), test().AsUnit));
    }

    [Fact]
    public void Lines_GoBothWays() =>
        Run(async () =>
        {
            var (client, server) = await Connect();
            await client.Output.WriteLine("hello");
            Assert.Equal("hello", await server.Input.ReadLine());
            await server.Output.WriteLine("and you");
            Assert.Equal("and you", await client.Input.ReadLine());
            await Promise.Join(client.Close(), server.Close());
        });

    [Fact]
    public void Megabytes_GoBothWaysAtOnce() =>
        Run(async () =>
        {
            var (client, server) = await Connect();
            var sent = new byte[2_000_000];
            new Random(1).NextBytes(sent);
            var echoing = Echo();
            var writing = Write();
            var received = new byte[sent.Length];
            await client.Input.ReadIntoExactly(received);
            await Promise.Join(writing, echoing);
            Assert.Equal(sent, received);
            await Promise.Join(client.Close(), server.Close());

            async Promise Write()
            {
                await client.Output.WriteFromExactly(sent);
                await client.Output.Flush();
            }
            async Promise Echo()
            {
                var buffer = new byte[10_000];
                for (var left = sent.Length; left > 0; )
                {
                    var count = await server.Input.ReadInto(buffer);
                    await server.Output.WriteFromExactly(buffer.AsMemory(0, count));
                    left -= count;
                }
                await server.Output.Flush();
            }
        });

    [Fact]
    public void Session_TellsWhatWasAgreed() =>
        Run(async () =>
        {
            var protocol = new SslApplicationProtocol("echo");
            var (client, server) = await Connect(
                new() { ApplicationProtocols = [protocol] },
                new()
                {
                    ServerCertificate = s_certificate,
                    ApplicationProtocols = [new("other"), protocol],
                    ClientCertificateRequired = true,
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => s_client.Equals(certificate),
                },
                [s_client]
            );
            Assert.Equal(protocol, client.Tls!.ApplicationProtocol);
            Assert.Equal(protocol, server.Tls!.ApplicationProtocol);
            Assert.Equal("localhost", server.Tls.ServerName);
            Assert.Equal(s_certificate, client.Tls.RemoteCertificate);
            Assert.Equal(s_client, server.Tls.RemoteCertificate);
            Assert.True(client.Tls.Protocol >= SslProtocols.Tls12);
            await Promise.Join(client.Close(), server.Close());
        });

    [Fact]
    public void Close_IsTheEndForThePeer() =>
        Run(async () =>
        {
            var (client, server) = await Connect();
            await server.Output.Write("last");
            await server.Close();
            Assert.Equal("last", await client.Input.ReadToEnd());
            Assert.Equal("", await client.Input.ReadToEnd());
            await client.Close();
        });

    [Fact]
    public void ShutdownTls_EndsOneDirection() =>
        Run(async () =>
        {
            var (client, server) = await Connect();
            var waiting = client.Input.ReadLine();
            await client.Output.Write("question");
            await client.ShutdownTls();
            await client.ShutdownTls();
            Assert.Equal("question", await server.Input.ReadToEnd());
            await server.Output.WriteLine("answer");
            Assert.Equal("answer", await waiting);
            await Promise.Join(client.Close(), server.Close());
        });

    [Fact]
    public void ShutdownTls_OfAPlainConnection_Throws() =>
        Run(async () =>
        {
            var (client, server) = await Ports();
            var plain = ChannelConnection.Of(client);
            Assert.Throws<InvalidOperationException>(() =>
            {
                _ = plain.ShutdownTls();
            });
            await plain.Close();
            server.Close();
        });

    [Fact]
    public void Abort_WithBytesUnwritten_IsTruncationForThePeer() =>
        Run(async () =>
        {
            var (client, server) = await Connect();
            await server.Output.Write("first");
            await server.Output.Flush();
            var lost = server.Output.Write("lost");
            await server.Abort();
            await lost;
            Assert.Equal("first", await client.Input.Read(5));
            Assert.IsType<TlsTruncatedException>(await Fails(() => client.Input.Read(5)));
            await client.Close();
        });

    [Fact]
    public void Peer_ThatCutsTheConnection_IsTruncation() =>
        Run(async () =>
        {
            var (clientPort, serverPort) = await Ports();
            var accepting = ChannelConnection.AcceptTls(serverPort, s_server);
            var client = await ChannelConnection.OpenTls(clientPort, Client());
            var server = await accepting;
            await server.Output.Write("first");
            await server.Output.Flush();
            serverPort.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            Assert.Equal("first", await client.Input.Read(5));
            var error = await Fails(() => client.Input.Read(5));
            Assert.Contains("truncated", Assert.IsType<TlsTruncatedException>(error).Message, StringComparison.Ordinal);
            await Promise.Join(client.Abort(), server.Abort());
        });

    [Fact]
    public void Port_ThatIsAborted_RejectsWithTheSameException() =>
        Run(async () =>
        {
            var (clientPort, serverPort) = await Ports();
            var accepting = ChannelConnection.AcceptTls(serverPort, s_server);
            var client = await ChannelConnection.OpenTls(clientPort, Client());
            await accepting;
            var reading = Fails(() => client.Input.Read(5));
            await Promise.Pause();
            var reason = new InvalidOperationException("stop");
            clientPort.Abort(reason);
            Assert.Same(reason, await reading);
            await client.Output.Write("lost");
            Assert.Same(reason, await Fails(() => client.Output.Flush().AsUnit()));
            await client.Abort();
            serverPort.Close();
        });

    [Fact]
    public void Client_DoesNotTrustAnUnknownCertificate() =>
        Run(async () =>
        {
            var (clientPort, serverPort) = await Ports();
            var accepting = ChannelConnection.AcceptTls(serverPort, s_server);
            Assert.IsType<AuthenticationException>(
                await Fails(() => ChannelConnection.OpenTls(clientPort, new() { TargetHost = "localhost" }))
            );
            Assert.True(clientPort.IsClosed);
            accepting.Cancel();
            serverPort.Close();
        });

    [Fact]
    public void Handshake_Canceled_ClosesThePort() =>
        Run(async () =>
        {
            var (clientPort, serverPort) = await Ports();
            var opening = ChannelConnection.OpenTls(clientPort, Client());
            await Promise.Pause();
            Assert.True(opening.IsPending);
            opening.Cancel();
            Assert.IsType<PromiseCanceledException>(await Fails(() => opening));
            Assert.True(clientPort.IsClosed);
            serverPort.Close();
        });

    [Fact]
    public void Read_Canceled_LosesNothing() =>
        Run(async () =>
        {
            var (client, server) = await Connect();
            var reading = client.Input.ReadLine();
            await Promise.Pause();
            reading.Cancel();
            await server.Output.WriteLine("kept");
            Assert.Equal("kept", await client.Input.ReadLine());
            await Promise.Join(client.Close(), server.Close());
        });

    [Fact]
    public void Server_ServesOn_AfterAFailedHandshake() =>
        Run(async () =>
        {
            var told = new List<Exception>();
            await using var server = Server(new() { Tls = s_server, OnError = told.Add });
            var plain = await ChannelConnection.Open(server.LocalEndPoint);
            await plain.Output.WriteLine("GET / HTTP/1.0");
            await plain.Output.WriteLine("");
            // An alert, or nothing: then the end.
            await Fails(() => plain.Input.ReadToEnd());
            await plain.Abort();
            Assert.Single(told);

            await Asks(server);
        });

    [Fact]
    public void Server_WithoutOnError_ServesOn_AfterAFailedHandshake() =>
        Run(async () =>
        {
            await using var server = Server(new() { Tls = s_server });
            var plain = await ChannelConnection.Open(server.LocalEndPoint);
            await plain.Close();
            await Asks(server);
        });

    [Fact]
    public void Server_DropsAClientThatDoesNotBegin() =>
        Run(async () =>
        {
            var told = new List<Exception>();
            await using var server = Server(
                new()
                {
                    Tls = s_server,
                    HandshakeTimeout = TimeSpan.FromMilliseconds(20),
                    OnError = told.Add,
                }
            );
            var silent = await ChannelConnection.Open(server.LocalEndPoint);
            Assert.Equal("", await silent.Input.ReadToEnd());
            Assert.IsAssignableFrom<TimeoutException>(Assert.Single(told));
            await silent.Close();
        });

    private static ChannelServer Server(ChannelServerOptions options) =>
        ChannelServer.Start(
            new IPEndPoint(IPAddress.Loopback, 0),
            async client => await client.Output.WriteLine("hello " + await client.Input.ReadLine()),
            options
        );

    private static async Promise Asks(ChannelServer server)
    {
        var socket = await PromiseSocket.Connect(server.LocalEndPoint);
        var client = await ChannelConnection.OpenTls(socket.Port, Client());
        await client.Output.WriteLine("you");
        Assert.Equal("hello you\n", await client.Input.ReadToEnd());
        await client.Close();
    }

    private protected static SslClientAuthenticationOptions Client() =>
        new()
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, certificate, _, _) => s_certificate.Equals(certificate),
        };

    private protected static async Promise<(Port Client, Port Server)> Ports()
    {
        using var listener = PromiseSocket.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var accepting = listener.Accept();
        var client = await PromiseSocket.Connect(listener.LocalEndPoint);
        return (client.Port, (await accepting).Port);
    }

    private static async Promise<(ChannelConnection Client, ChannelConnection Server)> Connect(
        SslClientAuthenticationOptions? client = null,
        SslServerAuthenticationOptions? server = null,
        X509CertificateCollection? certificates = null
    )
    {
        client ??= new();
        client.TargetHost = "localhost";
        client.ClientCertificates = certificates;
        client.RemoteCertificateValidationCallback = Client().RemoteCertificateValidationCallback;
        var (clientPort, serverPort) = await Ports();
        var accepting = ChannelConnection.AcceptTls(serverPort, server ?? s_server);
        var opened = await ChannelConnection.OpenTls(clientPort, client);
        return (opened, await accepting);
    }

    private protected static async Promise<Exception?> Fails<T>(Func<Promise<T>> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}

public sealed class PortableTlsTests : TlsContract
{
    private protected override IEngine Engine() => new PortableEngine();
}

public sealed class VirtualTlsTests : TlsContract
{
    private protected override IEngine Engine() => new VirtualEngine();

    [Fact]
    public void Peer_ThatResetsTheConnection_IsTheErrorOfThePort() =>
        Run(async () =>
        {
            var (clientPort, serverPort) = await Ports();
            var accepting = ChannelConnection.AcceptTls(serverPort, s_server);
            var client = await ChannelConnection.OpenTls(clientPort, Client());
            await accepting;
            var reading = Fails(() => client.Input.Read(5));
            await Promise.Pause();
            serverPort.LingerState = new(true, 0);
            serverPort.Close();
            Assert.Equal("ECONNRESET", Assert.IsAssignableFrom<ISystemError>(await reading).ErrorName);
            await client.Abort();
        });
}

public sealed class EpollTlsTests : TlsContract
{
    private protected override IEngine Engine() => OperatingSystem.IsLinux() ? new EpollEngine() : new PortableEngine();
}
