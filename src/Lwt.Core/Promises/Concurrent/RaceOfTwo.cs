using System.Diagnostics;

namespace Lwt.Core;

/// <summary>
/// A <see cref="Race{T}"/> between two promises, which every timeout is: it needs no object for a promise that has no
/// other callback.
/// </summary>
/// <remarks>
/// Invariant: <c>_first</c> and <c>_second</c> are null once the race is decided. Before, each is a promise whose only
/// callback is this, or the <see cref="Racer"/> that represents this in a list of several.
/// </remarks>
internal abstract class RaceOfTwo<T> : Dependent<T>, IRace, IRaceOfTwo
{
    private Continuation? _first;
    private Continuation? _second;

    private protected RaceOfTwo(Promise first, Promise second, Driver driver)
        : base(driver)
    {
        Link = CancelLink.ToTwo(this);
        _first = first;
        _second = second;
        first.Underlying().Attach(this, driver);
        second.Underlying().Attach(this, driver);
    }

    public Promise[] Sources => _first is null ? [] : [Source(_first), Source(_second!)];

    internal sealed override Callback InList(Promise pending)
    {
        ref var side = ref _second;
        if (_first is Promise first && ReferenceEquals(first.Underlying(), pending))
            side = ref _first;
        AssertBothOrNone();
        Debug.Assert(side is Promise or null, "A side goes into a list once.");
        var racer = new Racer(this, Source(side!), null);
        side = racer;
        return racer;
    }

    internal sealed override Promise? Run(Promise source, Driver driver) =>
        // A list whose callbacks are running, or will run, may still hold this after the race is decided.
        _first is null
            ? null
            : Won(source, driver);

    public Promise? Won(Promise winner, Driver driver)
    {
        AssertBothOrNone();
        var first = Leave(_first!);
        var second = Leave(_second!);
        _first = _second = null;
        return Decide(first, second, winner, driver);
    }

    internal sealed override void DescribeWait(WaitReport report)
    {
        foreach (var source in Sources)
            report.Behind(source);
    }

    /// <summary>Resolves the race; <paramref name="winner"/> is resolved, and both promises may be.</summary>
    private protected abstract Promise Decide(Promise first, Promise second, Promise winner, Driver driver);

    [Conditional("DEBUG")]
    private void AssertBothOrNone() =>
        Debug.Assert(_first is null == _second is null, "A race has both of its promises until it is decided.");

    private static Promise Source(Continuation side) => side is Racer racer ? racer.Source : (Promise)side;

    private Promise Leave(Continuation side)
    {
        if (side is Racer racer)
        {
            racer.Leave();
            return racer.Source;
        }
        var promise = ((Promise)side).Underlying();
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

internal sealed class ChooseOfTwo<T>(Promise first, Promise second, Driver driver) : RaceOfTwo<T>(first, second, driver)
{
    private protected override Promise Decide(Promise first, Promise second, Promise winner, Driver driver) =>
        Outcome.Copy(this, winner);
}

internal sealed class PickOfTwo<T>(Promise first, Promise second, Driver driver) : RaceOfTwo<T>(first, second, driver)
{
    private protected override Promise Decide(Promise first, Promise second, Promise winner, Driver driver)
    {
        Cancellation.Cancel(first, driver);
        Cancellation.Cancel(second, driver);
        return Outcome.Copy(this, winner);
    }
}
