// A server as a user of the package writes it, and a request to it.
using Lwt.AspNetCore;
using Lwt.Core;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.UseUrls("http://127.0.0.1:0").UseLwt(options => options.Backlog = 16);
await using var app = builder.Build();
app.Run(async context =>
{
    await Promise.Sleep(TimeSpan.FromMilliseconds(1));
    await context.Response.WriteAsync("hello");
});
await app.StartAsync();

using var client = new HttpClient();
var answer = await client.GetStringAsync(app.Urls.Single());
await app.StopAsync();

var passed = answer == "hello";
Console.WriteLine(passed ? "ok      web: hello" : $"FAILED  web: got '{answer}'");
Console.WriteLine(passed ? "1 passed, 0 failed" : "0 passed, 1 failed");
return passed ? 0 : 1;
