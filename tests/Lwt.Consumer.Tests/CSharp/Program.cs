// Programs as a user of the packages writes them: what the compiler calls in them must be accessible there.
using Lwt.Core;
using Lwt.CSharp;

(string Name, Func<Promise<string>> Program, string Expected)[] programs =
[
    ("count down", () => CountDown(100_000), "zero"),
    ("every source", EverySource, "6"),
    ("try, catch, finally", TryCatchFinally, "caught finally"),
    ("cancelled", Cancelled, "PromiseCanceledException"),
    ("functions", Functions, "3"),
    ("query", Query, "7 and 42"),
    ("query that rejects", QueryThatRejects, "NoMatchException"),
    ("query over a stream", QueryOverStream, "4, 16"),
];

var failed = 0;
foreach (var (name, program, expected) in programs)
{
    string result;
    try
    {
        using var loop = new EventLoop(new() { Engine = new VirtualEngine() });
        result = loop.RunHere(program);
    }
    catch (Exception e)
    {
        result = e.ToString();
    }
    if (result == expected)
        Console.WriteLine($"ok      C#: {name}");
    else
    {
        failed++;
        Console.WriteLine($"FAILED  C#: {name}: expected '{expected}', got '{result}'");
    }
}
Console.WriteLine($"{programs.Length - failed} passed, {failed} failed");
return failed == 0 ? 0 : 1;

static async Promise<string> CountDown(int n)
{
    while (n-- > 0)
        await Promise.Pause();
    return "zero";
}

static async Promise<string> EverySource()
{
    var a = await Promise.Return(1);
    var b = await Task.FromResult(2);
    var c = await new ValueTask<int>(3);
    await Task.Yield();
    await Promise.Sleep(TimeSpan.FromHours(1));
    await Nothing();
    return $"{a + b + c}";
}

static async Promise Nothing() => await Promise.Pause();

static async Promise<string> TryCatchFinally()
{
    var log = "";
    try
    {
        await Promise.Pause();
        throw new InvalidOperationException();
    }
    catch (InvalidOperationException)
    {
        await Promise.Pause();
        log += "caught";
    }
    finally
    {
        await Promise.Pause();
        log += " finally";
    }
    return log;
}

static async Promise<string> Cancelled()
{
    var (promise, _) = Promise.CreateCancelable<int>();
    var waiting = Wait(promise);
    waiting.Cancel();
    return await waiting;

    static async Promise<string> Wait(Promise<int> promise)
    {
        try
        {
            return $"{await promise}";
        }
        catch (OperationCanceledException e)
        {
            return e.GetType().Name;
        }
    }
}

static Promise<string> Functions() => Promise.Return(1).Bind(x => Promise.Pause().Map(() => x + 2)).Map(x => $"{x}");

static Promise<string> Query() =>
    from a in Later(3)
    let b = a + 4
    from _ in Promise.Sleep(TimeSpan.FromHours(1))
    join c in Later(42) on 1 equals 1
    where c > b
    select $"{b} and {c}";

static async Promise<int> Later(int value)
{
    await Promise.Pause();
    return value;
}

static async Promise<string> QueryThatRejects()
{
    try
    {
        return await (from a in Later(3) where a > 3 select $"{a}");
    }
    catch (NoMatchException e)
    {
        return e.GetType().Name;
    }
}

static async Promise<string> QueryOverStream()
{
    var log = new List<int>();
    await foreach (
        var square in from n in PromiseStream.OfEnumerable(Enumerable.Range(1, 4))
        where n % 2 == 0
        select n * n
    )
        log.Add(square);
    return string.Join(", ", log);
}
