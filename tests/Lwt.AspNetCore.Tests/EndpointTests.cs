using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Lwt.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Lwt.AspNetCore.Tests;

public sealed class EndpointTests
{
    private static Task<Host> Start(Action<KestrelServerOptions> listen, HttpMessageHandler? handler = null) =>
        Host.Start(
            new PortableEngine(),
            app => app.MapGet("/", (HttpContext context) => $"{context.Request.Protocol} {context.Request.Scheme}"),
            listen,
            handler: handler
        );

    [Fact]
    public async Task UnixDomainSocket_Answers_AndLeavesNoFile()
    {
        var path = Path.Combine(Path.GetTempPath(), $"lwt-{Environment.ProcessId}-{Guid.NewGuid():N}");
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        await using (var host = await Start(kestrel => kestrel.ListenUnixSocket(path), handler))
        {
            Assert.Equal("HTTP/1.1 http", await host.Get("/"));
            await host.Stop();
        }
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task Https_Answers()
    {
        using var certificate = Certificate();
        var handler = new SocketsHttpHandler
        {
            SslOptions = new()
            {
                RemoteCertificateValidationCallback = (_, remote, _, _) => certificate.Equals(remote),
            },
        };
        await using var host = await Start(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseHttps(certificate)),
            handler
        );
        Assert.Equal("HTTP/1.1 https", await host.Get("/"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var response = await host.Client.SendAsync(request);
        Assert.Equal("HTTP/2 https", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Address_InUse_IsTheErrorThatKestrelExpects()
    {
        await using var first = await Start(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var error = await Assert.ThrowsAsync<IOException>(() =>
            Start(kestrel => kestrel.Listen(IPAddress.Loopback, first.Address.Port))
        );
        Assert.IsType<AddressInUseException>(error.InnerException);
    }

    [Fact]
    public async Task AnyIp_TakesIPv4()
    {
        await using var host = await Start(kestrel => kestrel.ListenAnyIP(0));
        using var client = new HttpClient();
        Assert.Equal("HTTP/1.1 http", await client.GetStringAsync($"http://{host.Address}/"));
    }

    [Fact]
    public async Task SwitchTo_FromTheThreadPool_ContinuesOnTheLoop()
    {
        await using var host = await Start(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var loop = host.Loop;
        Assert.False(loop.IsCurrent);
        var ran = await Task.Run(async () =>
        {
            await loop.SwitchTo();
            var before = loop.IsCurrent;
            await Promise.Pause();
            return before && loop.IsCurrent && ReferenceEquals(EventLoop.Current, loop.EventLoop);
        });
        Assert.True(ran);
    }

    [Fact]
    public async Task SwitchTo_AfterTheHost_Throws()
    {
        var host = await Start(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var loop = host.Loop;
        await host.DisposeAsync();
        await loop.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await loop.SwitchTo());
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        // On Windows and macOS a server needs a key that stands in a store.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
