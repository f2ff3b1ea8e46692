namespace Lwt.Core;

/// <summary>
/// Finds out what a promise waits for: asks it, and all that it waits for, what their kinds know (Promise.DescribeWait). Made
/// for one message.
/// </summary>
/// <remarks>
/// <para>
/// A kind says one of three things. It waits for other promises: these are asked in its place (<see cref="Behind(Promise)"/>).
/// Or it waits for something in the end, such as a sleep (<see cref="On(string)"/>). Or it waits for a primitive that others
/// hold: that opens a level of its own, of what these others wait for.
/// </para>
/// <para>
/// At each level each promise is asked once, from a stack of the report's own, and there are so many levels at most: a report
/// takes time in proportion to what it finds, ends on circles, and takes no stack for long chains. A circle that goes by way
/// of a primitive comes back to it inside the level that it opened; any other has no end at its level.
/// </para>
/// </remarks>
internal sealed class WaitReport
{
    // Beyond these it is told what holders wait for, but not who holds what.
    private const int MostDepth = 6;
    private const int MostLevels = 20;

    // A promise to ask: what it stands for, unless it is asked for its own kind's part.
    private readonly record struct Way(Promise Promise, bool AsItself);

    // Promises and primitives of this level; of the latter those that open none.
    private readonly HashSet<object> _asked = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<WaitEntry> _toOpen = new();
    private readonly List<Way> _ways = [];
    private HashSet<Promise>? _paused;
    private Dictionary<Promise, string>? _sleeps;
    private WaitLevel _level = null!;
    private int _levels;

    private WaitReport() { }

    /// <summary>What a pending promise waits for, in words.</summary>
    internal static string Of(Promise pending)
    {
        var report = new WaitReport();
        var top = report.Ask([pending], null);
        while (report._toOpen.TryDequeue(out var entry))
            entry.Inside = report.Ask(entry.Holders, entry);
        return top.ToString();
    }

    /// <summary>It waits in the end for this.</summary>
    internal void On(string what) => _level.Add(what);

    /// <summary>
    /// It waits for a primitive that others hold. <paramref name="clause"/> says what these do, such as "whose holder waits
    /// for:"; without a holder only <paramref name="what"/> is said.
    /// </summary>
    internal void On(string what, object primitive, string clause, params IReadOnlyCollection<Promise> holders)
    {
        if (holders.Count == 0)
        {
            On(what);
            return;
        }
        if (_level.Find(primitive) is { } same)
        {
            same.Count++;
            return;
        }
        if (_level.IsInside(primitive))
            On($"{what}, which closes a circle");
        else if (_level.Depth < MostDepth && _levels < MostLevels)
        {
            _levels++;
            _toOpen.Enqueue(_level.Add(what, primitive, clause, holders));
        }
        else if (_asked.Add(primitive))
            foreach (var holder in holders)
                Behind(holder);
    }

    /// <summary>It waits for another promise.</summary>
    internal void Behind(Promise source) => _ways.Add(new(source, AsItself: false));

    /// <summary>It waits for what its link leads to.</summary>
    internal void Behind(CancelLink link, Promise holder)
    {
        switch (link.Case(holder, out var promise))
        {
            case LinkCase.Itself:
                _ways.Add(new(promise!, AsItself: true));
                break;
            // Once it is decided a race waits for its callback alone.
            case LinkCase.Race when link.Race.HasLeft:
                break;
            case LinkCase.Foreign:
                On("an awaiter that is no promise, which an async method awaits");
                break;
            default:
                foreach (var source in link.Sources(holder))
                    Behind(source);
                break;
        }
    }

    /// <summary>Whether a pause is still to be woken, rather than abandoned. For a promise that this thread may use.</summary>
    internal bool IsPaused(Promise pause)
    {
        if (Driver.CurrentIfAny is not { } driver || driver.Id != pause.Owner)
            return true;
        _paused ??= new(driver.Paused.All, ReferenceEqualityComparer.Instance);
        return _paused.Contains(pause);
    }

    /// <summary>A sleep, and when it ends if this thread may know.</summary>
    internal string Sleep(Promise sleep)
    {
        if (Driver.CurrentIfAny is not { } driver || driver.Id != sleep.Owner)
            return "a sleep";
        _sleeps ??= driver.Loop.Timers.Describe();
        return _sleeps.GetValueOrDefault(sleep, "a sleep");
    }

    /// <summary>Asks promises, and all that they wait for short of a new level.</summary>
    private WaitLevel Ask(IReadOnlyCollection<Promise> promises, WaitEntry? opener)
    {
        _level = new(opener);
        _asked.Clear();
        foreach (var promise in promises)
            Behind(promise);
        _ways.Reverse();
        while (_ways.Count > 0)
        {
            var way = _ways[^1];
            _ways.RemoveAt(_ways.Count - 1);
            var promise = way.AsItself ? way.Promise : way.Promise.Underlying();
            if (!way.AsItself && promise.State != Promise.Pending)
                continue;
            if (!_asked.Add(promise))
            {
                _level.MetAgain = true;
                continue;
            }
            var first = _ways.Count;
            promise.DescribeWait(this);
            // So that they are asked in the order in which they were named.
            _ways.Reverse(first, _ways.Count - first);
        }
        return _level;
    }
}
