namespace Lwt.Core;

/// <summary>
/// As <see cref="Race{T}"/>, for choose and pick of two, which is what a timeout is: with one object less for each promise
/// that nothing else waits for.
/// </summary>
/// <remarks>
/// Invariant: <c>_first</c> and <c>_second</c> are null once the race is decided. Before, each is a promise, of which this
/// is the one callback, or the <see cref="Racer"/> that stands for this in a list of several.
/// </remarks>
internal abstract class RaceOfTwo<T> : Composed<T>, IRace, IRaceOfTwo
{
    private Continuation? _first;
    private Continuation? _second;

    private protected RaceOfTwo(Promise first, Promise second, Resolution resolution)
        : base(resolution)
    {
        Link = this;
        _first = first;
        _second = second;
        first.Settled().Attach(this, resolution);
        second.Settled().Attach(this, resolution);
    }

    public Promise[] Sources => _first is null ? [] : [Source(_first), Source(_second!)];

    internal sealed override Callback InList(Promise pending)
    {
        ref var side = ref _second;
        if (_first is Promise first && ReferenceEquals(first.Settled(), pending))
            side = ref _first;
        var racer = new Racer(this, Source(side!), null);
        side = racer;
        return racer;
    }

    internal sealed override Promise? Run(Promise source, Resolution resolution) =>
        // A list that is being run, or is still to be, may hold this after the race is decided.
        _first is null
            ? null
            : Won(source, resolution);

    public Promise? Won(Promise winner, Resolution resolution)
    {
        var first = Leave(_first!);
        var second = Leave(_second!);
        _first = _second = null;
        return Decide(first, second, winner, resolution);
    }

    /// <summary>Resolves the race; <paramref name="winner"/> is resolved, both may be.</summary>
    private protected abstract Promise Decide(Promise first, Promise second, Promise winner, Resolution resolution);

    private static Promise Source(Continuation side) => side is Racer racer ? racer.Source : (Promise)side;

    private Promise Leave(Continuation side)
    {
        if (side is Racer racer)
        {
            racer.Leave();
            return racer.Source;
        }
        var promise = ((Promise)side).Settled();
        if (promise.State == Pending)
            promise.Slot = null;
        return promise;
    }
}

/// <summary>A race of two, as the link of a promise: of its own, or of the one that it is a proxy of.</summary>
internal interface IRaceOfTwo
{
    /// <summary>What it waits for; nothing once it is decided.</summary>
    Promise[] Sources { get; }
}

internal sealed class ChooseOfTwo<T>(Promise first, Promise second, Resolution resolution)
    : RaceOfTwo<T>(first, second, resolution)
{
    private protected override Promise Decide(Promise first, Promise second, Promise winner, Resolution resolution) =>
        Outcome.Copy(this, winner);
}

internal sealed class PickOfTwo<T>(Promise first, Promise second, Resolution resolution)
    : RaceOfTwo<T>(first, second, resolution)
{
    private protected override Promise Decide(Promise first, Promise second, Promise winner, Resolution resolution)
    {
        Cancellation.Cancel(first, resolution);
        Cancellation.Cancel(second, resolution);
        return Outcome.Copy(this, winner);
    }
}
