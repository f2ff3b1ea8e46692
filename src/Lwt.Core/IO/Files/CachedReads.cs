namespace Lwt.Core;

/// <summary>
/// How much a loop reads of files that are in RAM without a thread, before it has to turn: so that no program that reads them
/// keeps sockets and timers waiting.
/// </summary>
internal sealed class CachedReads
{
    /// <summary>A longer read goes to a thread: copying it takes longer than that does.</summary>
    internal const int MostAtOnce = 128 * 1024;

    // About a millisecond's work.
    private const int MostInATurn = 4 * 1024 * 1024;

    // What a call costs, in the time that it takes to copy so many bytes.
    private const int CostOfCall = 8 * 1024;

    private int _used;

    /// <summary>Whether one more may be done at once. Else a thread does it, and what comes of that begins a new turn.</summary>
    internal bool Take(int length)
    {
        if (length > MostAtOnce || _used >= MostInATurn)
            return false;
        _used += CostOfCall + length;
        return true;
    }

    internal void Renew() => _used = 0;
}
