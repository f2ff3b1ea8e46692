using System.Net;
using System.Net.Sockets;
using System.Text;
using Lwt.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Lwt.AspNetCore.Tests;

/// <summary>What a server does on the loop of any engine.</summary>
public abstract class HttpContract
{
    private static readonly byte[] s_request = "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray();

    private protected abstract IEngine Engine();

    private Task<Host> Start(Action<WebApplication> map, Action<LwtOptions>? configure = null) =>
        Host.Start(Engine(), map, configure: configure);

    [Fact]
    public async Task Get_Answers()
    {
        await using var host = await Start(app => app.MapGet("/", () => "hello"));
        Assert.Equal("hello", await host.Get("/"));
    }

    [Fact]
    public async Task Get_Twice_KeepsTheConnection()
    {
        await using var host = await Start(app => app.MapGet("/", (HttpContext context) => context.Connection.Id));
        Assert.Equal(await host.Get("/"), await host.Get("/"));
    }

    [Fact]
    public async Task Get_TellsBothAddresses()
    {
        await using var host = await Start(app =>
            app.MapGet(
                "/",
                (HttpContext context) =>
                    $"{context.Connection.LocalIpAddress}:{context.Connection.LocalPort} {context.Connection.RemoteIpAddress}"
            )
        );
        Assert.Equal($"{host.Address} 127.0.0.1", await host.Get("/"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_OneMegabyte_ComesBack(bool waitsForData)
    {
        await using var host = await Start(
            app => app.MapPost("/", (HttpContext context) => context.Request.Body.CopyToAsync(context.Response.Body)),
            options => options.WaitForDataBeforeAllocatingBuffer = waitsForData
        );
        var sent = new byte[1024 * 1024];
        new Random(1).NextBytes(sent);
        var response = await host.Client.PostAsync("/", new ByteArrayContent(sent));
        Assert.Equal(sent, await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Get_ByManyClients_AnswersEach()
    {
        await using var host = await Start(app =>
            app.MapGet(
                "/{number}",
                async (int number) =>
                {
                    await Promise.Pause();
                    return $"{number}";
                }
            )
        );
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(async client =>
                {
                    var answers = new List<string>();
                    for (var i = 0; i < 10; i++)
                        answers.Add(await host.Get($"/{client * 10 + i}"));
                    return answers;
                })
        );
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), answers.SelectMany(a => a));
    }

    [Fact]
    public async Task Handler_ThatWaitsForAPromise_StaysOnTheLoop()
    {
        LwtLoop loop = null!;
        await using var host = await Start(app =>
        {
            loop = app.Services.GetRequiredService<LwtLoop>();
            app.MapGet(
                "/",
                async () =>
                {
                    var before = loop.IsCurrent;
                    await Promise.Sleep(TimeSpan.FromMilliseconds(1));
                    return before && loop.IsCurrent;
                }
            );
        });
        for (var i = 0; i < 20; i++)
            Assert.Equal("true", await host.Get("/"));
    }

    [Fact]
    public async Task Handler_OfHttp2_IsOnTheLoop()
    {
        LwtLoop loop = null!;
        await using var host = await Host.Start(
            Engine(),
            app =>
            {
                loop = app.Services.GetRequiredService<LwtLoop>();
                app.MapGet(
                    "/",
                    async (HttpContext context) =>
                    {
                        var before = loop.IsCurrent;
                        await Promise.Pause();
                        return $"{context.Request.Protocol} {before && loop.IsCurrent}";
                    }
                );
            },
            kestrel =>
                kestrel.Listen(
                    IPAddress.Loopback,
                    0,
                    endpoint => endpoint.Protocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http2
                )
        );
        host.Client.DefaultRequestVersion = HttpVersion.Version20;
        host.Client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.Get("/"))),
            answer => Assert.Equal("HTTP/2 True", answer)
        );
    }

    [Fact]
    public async Task Handler_KeepsItsHttpContext()
    {
        await using var host = await Start(app =>
            app.MapGet(
                "/{name}",
                async (string name, IHttpContextAccessor accessor) =>
                {
                    await Promise.Pause();
                    return $"{accessor.HttpContext!.Request.Path}";
                }
            )
        );
        Assert.Equal("/a", await host.Get("/a"));
    }

    [Fact]
    public async Task Handler_WhoseClientGoesAway_IsAborted()
    {
        var aborted = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        await using var host = await Start(app =>
        {
            app.MapGet("/", () => "hello");
            app.MapGet(
                "/wait",
                async (HttpContext context) =>
                {
                    context.RequestAborted.Register(aborted.SetResult);
                    begun.SetResult();
                    await aborted.Task;
                }
            );
        });
        using (var client = await Connect(host))
        {
            await client.SendAsync(s_request);
            await begun.Task;
            client.LingerState = new(true, 0);
        }
        await aborted.Task;
        Assert.Equal("hello", await host.Get("/"));
    }

    [Fact]
    public async Task Handler_ThatAborts_EndsTheConnection()
    {
        await using var host = await Start(app =>
        {
            app.MapGet("/", () => "hello");
            app.MapGet("/abort", (HttpContext context) => context.Abort());
        });
        await Assert.ThrowsAsync<HttpRequestException>(() => host.Get("/abort"));
        Assert.Equal("hello", await host.Get("/"));
    }

    [Fact]
    public async Task Write_WhoseClientDoesNotRead_Waits()
    {
        var waits = new TaskCompletionSource();
        var sent = 0L;
        await using var host = await Start(app =>
            app.MapGet(
                "/wait",
                async (HttpContext context) =>
                {
                    context.Response.Headers.Connection = "close";
                    var piece = new byte[64 * 1024];
                    for (var waited = false; !waited; sent += piece.Length)
                    {
                        var written = context.Response.Body.WriteAsync(piece);
                        // Less than a client that does not read could ever take.
                        waited = !written.IsCompleted || sent > 256 << 20;
                        if (!written.IsCompleted)
                            waits.SetResult();
                        await written;
                    }
                }
            )
        );
        using var client = await Connect(host);
        client.ReceiveBufferSize = 64 * 1024;
        await client.SendAsync(s_request);
        await waits.Task;
        var answer = await ReadToEnd(client);
        Assert.True(answer.Length > sent, $"{answer.Length} of {sent}");
    }

    [Fact]
    public async Task Stop_WithARequestUnderWay_AnswersIt()
    {
        var begun = new TaskCompletionSource();
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await Start(app =>
            app.MapGet(
                "/",
                async () =>
                {
                    begun.SetResult();
                    await goOn.Task.AsPromise();
                    return "late";
                }
            )
        );
        var answer = host.Get("/");
        await begun.Task;
        var stopped = host.Stop();
        // From here on nobody is accepted.
        while (await CanConnect(host)) { }
        Assert.False(stopped.IsCompleted);
        goOn.SetResult();
        Assert.Equal("late", await answer);
        await stopped;
    }

    [Fact]
    public async Task Background_ThatFails_IsLoggedAndTheServerGoesOn()
    {
        await using var host = await Start(app =>
        {
            app.MapGet("/", () => "hello");
            app.MapGet(
                "/fail",
                () =>
                {
                    Promise.FireAndForget(async () =>
                    {
                        await Promise.Pause();
                        throw new InvalidDataException("in the background");
                    });
                    return "begun";
                }
            );
        });
        Assert.Equal("begun", await host.Get("/fail"));
        Assert.Equal("hello", await host.Get("/"));
        while (host.Logs.Errors.IsEmpty)
            Assert.Equal("hello", await host.Get("/"));
        var (_, exception) = Assert.Single(host.Logs.Errors);
        Assert.Equal("in the background", Assert.IsType<InvalidDataException>(exception).Message);
    }

    private static async Task<Socket> Connect(Host host)
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(host.Address);
        return client;
    }

    private static async Task<bool> CanConnect(Host host)
    {
        try
        {
            using var client = await Connect(host);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<string> ReadToEnd(Socket client)
    {
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        while (await client.ReceiveAsync(buffer) is > 0 and var count)
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        return $"{text}";
    }
}

public sealed class PortableHttpTests : HttpContract
{
    private protected override IEngine Engine() => new PortableEngine();
}

public sealed class DefaultHttpTests : HttpContract
{
    private protected override IEngine Engine() => OperatingSystem.IsLinux() ? new EpollEngine() : new PortableEngine();
}
