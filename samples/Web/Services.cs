using Lwt.Core;

namespace Lwt.Samples.Web;

/// <summary>What is told of a city.</summary>
internal sealed record CityReport(string City, string Weather, int Population);

/// <summary>Two services that take time to answer, the longer the farther away.</summary>
internal static class Services
{
    internal static async Promise<string> Weather(string city)
    {
        await Promise.Sleep(Distance(city));
        return "sunny";
    }

    internal static async Promise<int> Population(string city)
    {
        await Promise.Sleep(Distance(city) / 2);
        return 1_000_000 + city.Length;
    }

    private static TimeSpan Distance(string city) => TimeSpan.FromSeconds(city == "Rome" ? 5 : 0.2);
}
