using Lwt.Core;

namespace Lwt.Stress.CSharp;

/// <summary>
/// Loops that must run for ever in constant memory: each runs a number of iterations and then is fulfilled.
/// </summary>
public static class Loops
{
    /// <summary>The loops, by name; each calls its argument in each iteration, until that returns false.</summary>
    public static IReadOnlyList<(string Name, Func<Func<bool>, Promise> Run)> Cases { get; } =
    [
        ("pause and bind", go => ByBind(go, static () => Promise.Pause())),
        ("choose of never and pause", RaceNever),
        ("pick of a long sleep and pause", go => ByBind(go, static () => Pick())),
        ("pause in an async method", ByAwait),
        ("pick in an async method", PickByAwait),
        ("rejected and caught", go => ByBind(go, static () => Promise.Catch(Rejected, static _ => Promise.Return()))),
        ("bind of an async method that waits", go => ByBind(go, static async Promise () => await Promise.Pause())),
    ];

    private static Promise ByBind(Func<bool> go, Func<Promise> turn)
    {
        return Turn();

        Promise Turn() => go() ? turn().Bind(Turn) : Promise.Return();
    }

    private static Promise RaceNever(Func<bool> go)
    {
        var never = Promise.Create<Unit>().Promise;
        return ByBind(go, () => Promise.Choose(never, Promise.Pause().AsUnit()));
    }

    private static Promise<Unit> Pick() =>
        Promise.Pick(Promise.Sleep(TimeSpan.FromDays(1)).AsUnit(), Promise.Pause().AsUnit());

    private static Promise Rejected() => Promise.Pause().Bind(static () => Promise.Fail(s_reason));

    private static readonly TimeoutException s_reason = new();

    private static async Promise ByAwait(Func<bool> go)
    {
        while (go())
            await Promise.Pause();
    }

    private static async Promise PickByAwait(Func<bool> go)
    {
        while (go())
            await Pick();
    }
}
