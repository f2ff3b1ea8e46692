// A web server whose handlers use promises. Open http://127.0.0.1:5087/cities/Kyoto, or Rome, which is too far away.
using Lwt.AspNetCore;
using Lwt.Core;
using Lwt.CSharp;
using Lwt.Samples.Web;

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:5087").UseLwt();
await using var app = builder.Build();

app.MapGet("/", () => "Ask for /cities/Kyoto or /cities/Rome.");

// Handlers of this group return promises.
var cities = app.MapGroup("/cities").WithPromises();
cities.MapGet("/{name}", (string name) => Report(name));

await app.RunAsync();

// Asks two services at once. If both have not answered in time, what is still asked is cancelled.
static async Promise<IResult> Report(string city)
{
    try
    {
        var both = Promise.Both(Services.Weather(city), Services.Population(city));
        var (weather, population) = await both.WithTimeout(TimeSpan.FromSeconds(1));
        return Results.Ok(new CityReport(city, weather, population));
    }
    catch (TimeoutException)
    {
        return Results.Text($"{city} does not answer.", statusCode: StatusCodes.Status504GatewayTimeout);
    }
}
