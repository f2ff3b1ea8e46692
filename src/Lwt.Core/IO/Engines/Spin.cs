using System.Diagnostics;

namespace Lwt.Core;

/// <summary>
/// Decides whether to look for events for a moment before the processor is let go: that pays where the next event is near,
/// for a processor that was halted takes longer to come back than the event to come.
/// </summary>
/// <remarks>
/// It goes by what waits have shown: how many in a row ended within the moment. After a few that did not, it stops looking,
/// and begins again once waits are short.
/// </remarks>
internal sealed class Spin(TimeSpan moment)
{
    private const int Most = 8;

    private readonly long _moment = (long)(moment.TotalSeconds * Stopwatch.Frequency);

    // From 0 to Most: how many short waits outnumber the long ones of late.
    private int _score;

    internal bool Pays => _score > 0 && _moment > 0;

    /// <summary>When looking has to end.</summary>
    internal long Begin(TimeSpan? timeout)
    {
        var most = timeout is { } time && time < moment ? (long)(time.TotalSeconds * Stopwatch.Frequency) : _moment;
        return Stopwatch.GetTimestamp() + most;
    }

    internal static bool IsOver(long end) => Stopwatch.GetTimestamp() >= end;

    internal void Ended(bool found) => _score = found ? Math.Min(_score + 1, Most) : _score - 2;

    internal long BeginWait() => _moment == 0 ? 0 : Stopwatch.GetTimestamp();

    /// <summary>After a wait in which the processor was let go: was it so short that looking would have done?</summary>
    internal void EndedWait(long begun)
    {
        if (_moment == 0)
            return;
        // With the time that the processor takes to come back.
        if (Stopwatch.GetTimestamp() - begun < 3 * _moment)
            _score = Math.Min(_score + 1, Most);
        else if (_score > 0)
            _score--;
    }
}
