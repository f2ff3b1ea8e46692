namespace Lwt.Core;

/// <summary>
/// What some promises wait for, at one level of a <see cref="WaitReport"/>: those that it was asked about, or those that hold
/// a primitive.
/// </summary>
internal sealed class WaitLevel(WaitEntry? opener)
{
    private const int MostNamed = 5;

    private readonly List<WaitEntry> _entries = [];

    // By the primitive, or by what is said where there is none.
    private readonly Dictionary<object, WaitEntry> _byKey = [];

    internal int Depth { get; } = opener is null ? 0 : opener.Level.Depth + 1;

    /// <summary>Whether a promise was met twice: where nothing else was found, they wait in a circle.</summary>
    internal bool MetAgain { get; set; }

    internal void Add(string what)
    {
        if (_byKey.TryGetValue(what, out var same))
            same.Count++;
        else
            Add(what, what, "", []);
    }

    internal WaitEntry Add(string what, object key, string clause, IReadOnlyCollection<Promise> holders)
    {
        var entry = new WaitEntry(this, what, key, clause, holders);
        _entries.Add(entry);
        _byKey.Add(key, entry);
        return entry;
    }

    internal WaitEntry? Find(object primitive) => _byKey.GetValueOrDefault(primitive);

    /// <summary>Whether a primitive has opened this level, or one around it.</summary>
    internal bool IsInside(object primitive)
    {
        for (var entry = opener; entry is not null; entry = entry.Level.Opener)
            if (ReferenceEquals(entry.Key, primitive))
                return true;
        return false;
    }

    private WaitEntry? Opener => opener;

    public override string ToString()
    {
        if (_entries.Count == 0)
            return MetAgain ? "itself, in a circle of promises" : "a callback that has not run to its end";
        var named = _entries
            .Take(MostNamed)
            .GroupBy(entry => entry.ToString(), entry => entry.Count)
            .Select(same => (Text: same.Key, Count: same.Sum()))
            .Select(same => same.Count == 1 ? same.Text : $"{same.Count} times {same.Text}")
            .ToList();
        if (_entries.Count > MostNamed)
            named.Add("and more");
        var text = string.Join(", ", named);
        return opener is null || named.Count == 1 ? text : $"({text})";
    }
}

/// <summary>One thing that is waited for, so many times.</summary>
internal sealed class WaitEntry(
    WaitLevel level,
    string what,
    object key,
    string clause,
    IReadOnlyCollection<Promise> holders
)
{
    internal WaitLevel Level => level;

    internal object Key => key;

    /// <summary>The promises of those who hold it.</summary>
    internal IReadOnlyCollection<Promise> Holders => holders;

    internal int Count { get; set; } = 1;

    /// <summary>What the holders wait for; null where that is not told.</summary>
    internal WaitLevel? Inside { get; set; }

    public override string ToString() => Inside is null ? what : $"{what} {clause} {Inside}";
}
