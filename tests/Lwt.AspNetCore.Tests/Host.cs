using System.Collections.Concurrent;
using System.Net;
using Lwt.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lwt.AspNetCore.Tests;

/// <summary>A web application on a loop, and a client of it.</summary>
internal sealed class Host : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Host(WebApplication app, HttpClient client) => (_app, Client) = (app, client);

    internal HttpClient Client { get; }

    internal IPEndPoint Address => new(IPAddress.Loopback, Client.BaseAddress!.Port);

    internal LwtLoop Loop => _app.Services.GetRequiredService<LwtLoop>();

    internal Logs Logs => _app.Services.GetRequiredService<Logs>();

    /// <summary>Starts an application that takes connections on a free port, unless it is told otherwise.</summary>
    internal static async Task<Host> Start(
        IEngine engine,
        Action<WebApplication> map,
        Action<KestrelServerOptions>? listen = null,
        Action<LwtOptions>? configure = null,
        HttpMessageHandler? handler = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddSingleton<Logs>();
        builder.Services.AddSingleton<ILoggerProvider>(services => services.GetRequiredService<Logs>());
        builder.WebHost.UseLwt(options =>
        {
            options.EventLoop = new() { Engine = engine };
            configure?.Invoke(options);
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (listen is null)
                kestrel.Listen(IPAddress.Loopback, 0);
            else
                listen(kestrel);
        });
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        var url = app.Urls.First();
        var client = new HttpClient(handler ?? new SocketsHttpHandler())
        {
            BaseAddress = new(url.StartsWith("http://unix", StringComparison.Ordinal) ? "http://localhost" : url),
        };
        return new(app, client);
    }

    internal Task<string> Get(string path) => Client.GetStringAsync(path);

    internal Task Stop() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Stop();
        await _app.DisposeAsync();
    }
}

/// <summary>Keeps what is logged as an error.</summary>
internal sealed class Logs : ILoggerProvider, ILogger
{
    internal ConcurrentQueue<(string Message, Exception? Exception)> Errors { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (IsEnabled(logLevel))
            Errors.Enqueue((formatter(state, exception), exception));
    }

    public void Dispose() { }
}
