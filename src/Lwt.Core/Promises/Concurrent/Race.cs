using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// The promise of choose, pick and their n-forms when all their sources are pending. The first source to be resolved
/// decides the race. All callbacks of the race are then removed from the other sources at once, so that repeated races
/// against a long-lived promise leave nothing behind.
/// </summary>
internal abstract class Race<T> : Dependent<T>, IRace
{
    private protected Race(ReadOnlySpan<Promise> sources, Driver driver)
        : base(driver)
    {
        Racer? first = null;
        for (var i = sources.Length - 1; i >= 0; i--)
            first = new Racer(this, sources[i], first);
        Link = CancelLink.ToRace(first);
        for (var racer = first; racer is not null; racer = racer.Sibling)
            racer.Source.Underlying().Attach(racer, driver);
    }

    public Promise? Won(Promise winner, Driver driver)
    {
        var racers = Link.Race;
        for (var racer = racers; racer is not null; racer = racer.Sibling)
            racer.Leave();
        return Decide(racers, winner, driver);
    }

    /// <summary>Resolves the race; <paramref name="winner"/> is resolved, others may be.</summary>
    private protected abstract Promise Decide(Racer racers, Promise winner, Driver driver);

    private protected static void CancelAll(Racer racers, Driver driver)
    {
        for (var racer = racers; racer is not null; racer = racer.Sibling)
            Cancellation.Cancel(racer.Source, driver);
    }
}

internal interface IRace
{
    /// <summary>Called when the first of the promises is resolved; returns the race's promise.</summary>
    Promise? Won(Promise winner, Driver driver);
}

/// <summary>The callback of a race on one of its promises: the only kind that can be removed from a list.</summary>
internal sealed class Racer(IRace race, Promise source, Racer? sibling) : Callback
{
    // Null once the race is decided: a list whose callbacks are running may still hold the node.
    private IRace? _race = race;

    // See Callbacks.
    internal Callback? Previous;

    internal readonly Promise Source = source;
    internal readonly Racer? Sibling = sibling;

    /// <summary>The promises of this racer and of those after it.</summary>
    internal Promise[] Sources
    {
        get
        {
            var sources = new List<Promise>();
            for (var racer = this; racer is not null; racer = racer.Sibling)
                sources.Add(racer.Source);
            return [.. sources];
        }
    }

    /// <summary>Whether the race is decided.</summary>
    internal bool HasLeft => _race is null;

    internal void Leave()
    {
        _race = null;
        var promise = Source.Underlying();
        if (promise.State == Promise.Pending)
            Callbacks.Remove(promise, this);
    }

    internal override Promise? Run(Promise source, Driver driver) => _race?.Won(source, driver);
}

internal sealed class Choose<T>(ReadOnlySpan<Promise> sources, Driver driver) : Race<T>(sources, driver)
{
    private protected override Promise Decide(Racer racers, Promise winner, Driver driver) =>
        Outcome.Copy(this, winner);
}

internal sealed class Pick<T>(ReadOnlySpan<Promise> sources, Driver driver) : Race<T>(sources, driver)
{
    private protected override Promise Decide(Racer racers, Promise winner, Driver driver)
    {
        CancelAll(racers, driver);
        return Outcome.Copy(this, winner);
    }
}

internal sealed class NChoose<T, TList, TMaker>(
    ReadOnlySpan<Promise> sources,
    TMaker maker,
    bool cancelOthers,
    Driver driver
) : Race<TList>(sources, driver)
    where TMaker : IListMaker<T, TList>
{
    private protected override Promise Decide(Racer racers, Promise winner, Driver driver)
    {
        var values = new List<T>();
        var reason = Outcome.Collect(racers, values, null);
        if (cancelOthers)
            CancelAll(racers, driver);
        return reason is null ? TakeOuter().FulfillWith(maker.Make([.. values])) : TakeOuter().RejectWith(reason);
    }
}

internal sealed class NChooseSplit<T, TSplit, TMaker>(ReadOnlySpan<Promise> sources, TMaker maker, Driver driver)
    : Race<TSplit>(sources, driver)
    where TMaker : ISplitMaker<T, TSplit>
{
    private protected override Promise Decide(Racer racers, Promise winner, Driver driver)
    {
        var values = new List<T>();
        var pending = new List<Promise<T>>();
        var reason = Outcome.Collect(racers, values, pending);
        return reason is null
            ? TakeOuter().FulfillWith(maker.Make([.. values], [.. pending]))
            : TakeOuter().RejectWith(reason);
    }
}
