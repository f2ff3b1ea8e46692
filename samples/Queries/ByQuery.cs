using Lwt.Core;
using Lwt.CSharp;

namespace Lwt.Samples.Queries;

/// <summary>
/// The challenges as queries: <c>from</c> waits for one promise after another, <c>join</c> for two at once.
/// </summary>
internal static class ByQuery
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(20);

    internal static Promise All() =>
        from coins in SleepAndJoin()
        from echo in Echo(new Lines())
        from timeout in TimeLimit(4 * s_step)
        from better in BetterTimeLimit(4 * s_step)
        select coins;

    // 1: two sleeps at once, then the end.
    private static Promise<Unit> SleepAndJoin() =>
        from heads in Say("Heads", s_step)
        join tails in Say("Tails", 2 * s_step) on 0 equals 0
        select Print("Finished");

    private static Promise<Unit> Say(string text, TimeSpan delay) => from _ in Promise.Sleep(delay) select Print(text);

    // 2: echo until the lines end. A query that calls itself at its end runs in constant memory.
    private static Promise<Unit> Echo(Lines lines) =>
        lines.Next().SelectMany(line => line is null ? Promise.Return(default(Unit)) : Echo(line, lines));

    private static Promise<Unit> Echo(string line, Lines lines)
    {
        Print(line);
        return Echo(lines);
    }

    // 3: the work or the limit, whichever comes first; the loser is canceled.
    private static Promise<Unit> TimeLimit(TimeSpan limit) =>
        from result in Promise.Pick(
            from work in Work(2 * limit)
            select $"{work}",
            from _ in Promise.Sleep(limit)
            select "The work timed out"
        )
        select Print(result);

    // 4: the same, as a method of its own that returns null at the limit.
    private static Promise<Unit> BetterTimeLimit(TimeSpan limit) =>
        from late in OrNull(Work(2 * limit), limit)
        from early in OrNull(Work(limit / 2), limit)
        select Print($"Late: {late ?? "nothing"}; early: {early ?? "nothing"}");

    private static Promise<string?> OrNull(Promise<string> work, TimeSpan limit) =>
        Promise.Catch(
            () => from value in work.WithTimeout(limit) select (string?)value,
            e => e is TimeoutException ? Promise.Return<string?>(null) : Promise.Fail<string?>(e)
        );

    private static Promise<string> Work(TimeSpan duration) =>
        from _ in Promise.Sleep(duration)
        select "The work is done";

    private static Unit Print(string text)
    {
        Console.WriteLine($"  {text}");
        return default;
    }
}
