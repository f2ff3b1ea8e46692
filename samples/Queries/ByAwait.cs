using Lwt.Core;
using Lwt.CSharp;

namespace Lwt.Samples.Queries;

/// <summary>
/// The challenges with async and await: an async method that returns a promise runs on its loop's thread.
/// </summary>
internal static class ByAwait
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(20);

    internal static async Promise All()
    {
        await SleepAndJoin();
        await Echo(new Lines());
        await TimeLimit(4 * s_step);
        await BetterTimeLimit(4 * s_step);
    }

    // 1: two sleeps at once, then the end.
    private static async Promise SleepAndJoin()
    {
        await Promise.Join(Say("Heads", s_step), Say("Tails", 2 * s_step));
        Print("Finished");
    }

    private static async Promise Say(string text, TimeSpan delay)
    {
        await Promise.Sleep(delay);
        Print(text);
    }

    // 2: echo until the lines end.
    private static async Promise Echo(Lines lines)
    {
        while (await lines.Next() is { } line)
            Print(line);
    }

    // 3: the work or the limit, whichever comes first; the loser is canceled.
    private static async Promise TimeLimit(TimeSpan limit) => Print(await Promise.Pick(Work(2 * limit), Limit(limit)));

    private static async Promise<string> Limit(TimeSpan limit)
    {
        await Promise.Sleep(limit);
        return "The work timed out";
    }

    // 4: the same, as a method of its own that returns null at the limit.
    private static async Promise BetterTimeLimit(TimeSpan limit)
    {
        var late = await OrNull(Work(2 * limit), limit);
        var early = await OrNull(Work(limit / 2), limit);
        Print($"Late: {late ?? "nothing"}; early: {early ?? "nothing"}");
    }

    private static async Promise<string?> OrNull(Promise<string> work, TimeSpan limit)
    {
        try
        {
            return await work.WithTimeout(limit);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static async Promise<string> Work(TimeSpan duration)
    {
        await Promise.Sleep(duration);
        return "The work is done";
    }

    private static void Print(string text) => Console.WriteLine($"  {text}");
}
