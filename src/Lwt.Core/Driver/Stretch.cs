using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A part of a thread's stack, encoded as one number so that no thread can read half of a change: its start, a multiple
/// of the page size, plus its length in pages. Zero contains nothing.
/// </summary>
internal static class Stretch
{
    private const int Page = 4096;

    internal static nuint Of(nuint floor, nuint top)
    {
        // A page belongs to one stack or to none, so the top page counts as a whole.
        var first = (floor + Page - 1) / Page;
        var pages = Math.Min((top / Page) - first + 1, Page - 1);
        return (first * Page) + pages;
    }

    /// <summary>The stretch extended to one more address, downwards or upwards.</summary>
    internal static nuint Add(nuint stretch, nuint floor, nuint top)
    {
        var first = Floor(stretch);
        return Of(Math.Min(floor, first), Math.Max(top, first + ((Pages(stretch) - 1) * Page)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Contains(nuint stretch, nuint address) => (address - Floor(stretch)) / Page < Pages(stretch);

    private static nuint Floor(nuint stretch) => stretch & ~(nuint)(Page - 1);

    private static nuint Pages(nuint stretch) => stretch & (Page - 1);
}
