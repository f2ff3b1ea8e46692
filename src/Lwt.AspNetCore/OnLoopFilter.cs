using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Lwt.AspNetCore;

/// <summary>
/// Begins each request on the loop. Most are there already; those of HTTP/2, and the first of a connection, Kestrel begins
/// on the thread pool.
/// </summary>
internal sealed class OnLoopFilter(LwtLoop loop) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
        app =>
        {
            app.Use(rest => context => loop.IsCurrent ? rest(context) : Switch(rest, context));
            next(app);
        };

    private async Task Switch(RequestDelegate rest, HttpContext context)
    {
        await loop.SwitchTo();
        await rest(context);
    }
}
