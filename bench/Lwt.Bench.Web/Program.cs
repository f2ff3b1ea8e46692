// Answers hello to every request, on the transport that the first argument names, at the port that the second names.
using Lwt.AspNetCore;

var builder = WebApplication.CreateEmptyBuilder(new());
builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(int.Parse(args[1])));
_ = args[0] switch
{
    "lwt" => builder.WebHost.UseLwt(),
    "lwt-buffers" => builder.WebHost.UseLwt(options => options.WaitForDataBeforeAllocatingBuffer = false),
    "inline" => builder.WebHost.UseSockets(options => options.UnsafePreferInlineScheduling = true),
    "default" => builder.WebHost.UseSockets(),
    _ => throw new ArgumentException("lwt, lwt-buffers, inline or default"),
};
await using var app = builder.Build();
var body = "Hello, World!"u8.ToArray();
app.Run(context =>
{
    context.Response.ContentLength = body.Length;
    return context.Response.Body.WriteAsync(body).AsTask();
});
await app.RunAsync();
