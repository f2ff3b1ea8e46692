using System.Net;
using System.Net.Http.Json;
using Lwt.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Lwt.AspNetCore.Tests;

public sealed class WithPromisesTests
{
    private static Task<Host> Start(Action<WebApplication> map) => Host.Start(new PortableEngine(), map);

    [Fact]
    public async Task Handler_ReturnsPromise_AnswersItsValue()
    {
        await using var host = await Start(app =>
            app.MapGet("/{name}", (string name) => Later($"hello {name}")).WithPromises()
        );
        Assert.Equal("hello you", await host.Get("/you"));
    }

    [Fact]
    public async Task Handler_ReturnsPromiseOfAnObject_AnswersJson()
    {
        await using var host = await Start(app => app.MapGet("/", () => Later(new Page("a", 1))).WithPromises());
        Assert.Equal(new Page("a", 1), await host.Client.GetFromJsonAsync<Page>("/"));
    }

    [Fact]
    public async Task Handler_ReturnsPromiseOfAResult_ExecutesIt()
    {
        await using var host = await Start(app => app.MapGet("/", () => Later(Results.NoContent())).WithPromises());
        Assert.Equal(HttpStatusCode.NoContent, (await host.Client.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Handler_ReturnsPromiseWithoutAValue_AnswersNothing()
    {
        await using var host = await Start(app => app.MapGet("/", () => Promise.Pause()).WithPromises());
        var response = await host.Client.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Handler_ReturnsRejectedPromise_AnswersError()
    {
        await using var host = await Start(app =>
            app.MapGet("/", () => Promise.Fail<string>(new InvalidDataException())).WithPromises()
        );
        Assert.Equal(HttpStatusCode.InternalServerError, (await host.Client.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Handler_WithABody_IsOnTheLoop()
    {
        await using var host = await Start(app =>
        {
            var loop = app.Services.GetRequiredService<LwtLoop>();
            var group = app.MapGroup("/pages").WithPromises();
            group.MapPost(
                "/",
                async Promise<string> (Page page) =>
                {
                    var before = loop.IsCurrent;
                    // A Task: an async method of a promise continues on the loop after it.
                    await Task.Yield();
                    return $"{page.Name} {before && loop.IsCurrent}";
                }
            );
        });
        // PostAsJsonAsync sends chunks, which Kestrel reads on the thread pool.
        var response = await host.Client.PostAsJsonAsync("/pages", new Page(new string('x', 10_000), 1));
        Assert.EndsWith("x True", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithPromises_OnAHostWithoutALoop_SaysWhatIsMissing()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();
        app.MapGet("/", () => Later("a")).WithPromises();
        var routes = (Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)app;
        var error = Assert.Throws<InvalidOperationException>(() =>
            routes.DataSources.SelectMany(source => source.Endpoints).ToList()
        );
        Assert.Contains("UseLwt", error.Message, StringComparison.Ordinal);
    }

    private static async Promise<T> Later<T>(T value)
    {
        await Promise.Pause();
        return value;
    }

    private sealed record Page(string Name, int Number);
}
