namespace Lwt.Core;

/// <summary>Chooses the engine of a loop that was given none, and says why.</summary>
internal static class EngineChoice
{
    internal const string Variable = "LWT_ENGINE";

    internal static IEngine Make(out string why)
    {
        switch (Environment.GetEnvironmentVariable(Variable))
        {
            case null or "":
                var reason = EpollEngine.WhyNot();
                why = reason is null ? "the default on Linux" : $"not epoll, for {reason}";
                return reason is null ? new EpollEngine() : new PortableEngine();
            case "epoll":
                why = $"asked for by {Variable}";
                return new EpollEngine();
            case "portable":
                why = $"asked for by {Variable}";
                return new PortableEngine();
            case var other:
                throw new InvalidOperationException(
                    $"The environment variable {Variable} is '{other}'. Set it to epoll or portable, or not at all."
                );
        }
    }
}
