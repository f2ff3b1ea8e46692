using Lwt.Core;
using Lwt.Core.CompilerServices;

namespace Lwt.Stress.CSharp;

/// <summary>
/// None of these cases may overflow the stack, in Debug or in Release. Each throws when its outcome is wrong; they run
/// on a loop of their own.
/// </summary>
public static class Depth
{
    /// <summary>The cases, by name, each of a given depth.</summary>
    public static IReadOnlyList<(string Name, Action<int> Run)> Cases { get; } =
    [
        ("chain of binds", n => Chain(n, static p => p.Bind(static x => Promise.Return(x + 1)), n)),
        ("chain of maps", n => Chain(n, static p => p.Map(static x => x + 1), n)),
        ("chain of catches", n => Chain(n, static p => Promise.Catch(() => p, Promise.Fail<int>), 0)),
        ("chain of finalizes", n => Chain(n, static p => Promise.Finalize(() => p, Promise.Return), 0)),
        ("chain of protecteds", n => Chain(n, static p => p.Protected(), 0)),
        ("chain of no_cancels", n => Chain(n, static p => p.NoCancel(), 0)),
        ("chain of wrap_in_cancelables", n => Chain(n, static p => p.WrapInCancelable(), 0)),
        ("chain of joins", n => Chain(n, static p => Promise.Join(p).Map(static () => 0), 0)),
        ("chain of chooses", n => Chain(n, static p => Promise.Choose(p), 0)),
        ("chain of async methods", n => Chain(n, static async Promise<int> (p) => await p + 1, n)),
        ("cancel of a chain of binds", n => Cancel(n, static p => p.Bind(Promise.Return))),
        ("cancel of a chain of wrap_in_cancelables", n => Cancel(n, static p => p.WrapInCancelable())),
        ("cancel of a chain of joins", n => Cancel(n, static p => Promise.Join(p, p).Map(static () => 0))),
        ("cancel of a chain of picks", n => Cancel(n, static p => Promise.Pick(p, p))),
        ("cancel of a chain of async methods", n => Cancel(Thrown(n), static async Promise<int> (p) => await p)),
        ("cancel by a token of a chain of async methods", n => CancelByToken(Thrown(n))),
        ("binds fanned out", FanOut),
        ("proxies in a row", Proxies),
        ("recursion through bind", n => Ends(10 * n, RecurseByBind)),
        ("recursion through try_bind", n => Ends(n, RecurseByTryBind)),
        ("recursion through finalize", n => Ends(n, RecurseByFinalize)),
        ("recursion through map", n => Ends(n, RecurseByMap)),
        ("nested catches", n => Ends(n, NestCatches)),
        ("nested async methods", n => Ends(n, NestMethods)),
        ("nested async methods that rethrow", NestThrowing),
        ("wakeups in callbacks", NestWakeups),
        ("cancels in cancel callbacks", NestCancels),
        ("cancel callbacks in cancel callbacks", NestOnCancels),
    ];

    // A throw costs microseconds; a smaller depth is enough to overflow.
    private static int Thrown(int n) => Math.Min(n, 100_000);

    private static void Check(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException($"Wrong outcome: {what}.");
    }

    private static void Chain(int n, Func<Promise<int>, Promise<int>> link, int added)
    {
        var (first, resolver) = Promise.CreateCancelable<int>();
        var last = first;
        for (var i = 0; i < n; i++)
            last = link(last);
        resolver.Fulfill(1);
        Check(EventLoop.Run(last) == (added == 0 ? last.GetAwaiter().GetResult() : 1 + added), "the value");
    }

    private static void Cancel(int n, Func<Promise<int>, Promise<int>> link)
    {
        var (first, _) = Promise.CreateCancelable<int>();
        var last = first;
        for (var i = 0; i < n; i++)
            last = link(last);
        last.Cancel();
        // Where the stack had no room, the loop does the rest.
        EventLoop.Run(Promise.Pause());
        Check(first.IsCanceled && last.IsCanceled, "not canceled");
    }

    private static void CancelByToken(int n)
    {
        using var source = new CancellationTokenSource();
        var last = Primitives.WithCancellation(Promise.CreateCancelable<int>().Promise, source.Token);
        for (var i = 0; i < n; i++)
            last = Wait(last);
        source.Cancel();
        EventLoop.Run(Promise.Pause());
        var reason = last.Exception as OperationCanceledException;
        Check(reason?.CancellationToken == source.Token, "not canceled by the token");

        static async Promise<int> Wait(Promise<int> p) => await p;
    }

    private static void FanOut(int n)
    {
        var (source, resolver) = Promise.Create<int>();
        var sum = 0;
        for (var i = 0; i < n; i++)
            _ = source.Bind(x =>
            {
                sum += x;
                return Promise.Return();
            });
        resolver.Fulfill(1);
        Check(sum == n, $"{sum} callbacks");
    }

    private static void Proxies(int n)
    {
        // Each is the inner promise of the next: a chain of proxies that the last resolution must walk.
        var (inner, resolveInner) = Promise.Create<int>();
        var promise = inner;
        for (var i = 0; i < n; i++)
        {
            var (gate, open) = Promise.Create<int>();
            var next = promise;
            promise = gate.Bind(_ => next);
            open.Fulfill(0);
        }
        resolveInner.Fulfill(4);
        Check(promise.GetAwaiter().GetResult() == 4 && inner.GetAwaiter().GetResult() == 4, "the value");
    }

    private static void Ends(int n, Func<int, Promise<int>> recurse) =>
        Check(EventLoop.Run(recurse(n)) == n, "the value");

    private static Promise<int> RecurseByBind(int n)
    {
        return Step(0);

        Promise<int> Step(int i) => i == n ? Promise.Return(i) : Promise.Return(i).Bind(x => Step(x + 1));
    }

    private static Promise<int> RecurseByTryBind(int n)
    {
        return Step(0);

        Promise<int> Step(int i) =>
            i == n ? Promise.Return(i) : Promise.TryBind(() => Promise.Return(i), x => Step(x + 1), Promise.Fail<int>);
    }

    private static Promise<int> RecurseByFinalize(int n) =>
        n == 0
            ? Promise.Return(0)
            : Promise.Finalize(() => RecurseByFinalize(n - 1), Promise.Return).Map(static x => x + 1);

    private static Promise<int> RecurseByMap(int n) =>
        Promise.Return().Bind(() => n == 0 ? Promise.Return(0) : RecurseByMap(n - 1).Map(static x => x + 1));

    private static Promise<int> NestCatches(int n) =>
        n == 0
            ? Promise.Fail<int>(new TimeoutException())
            : Promise.Catch(() => NestCatches(n - 1), e => Promise.Return(0)).Map(static x => x + 1).Map(x => n);

    private static async Promise<int> NestMethods(int n) => n == 0 ? 0 : await NestMethods(n - 1) + 1;

    private static void NestThrowing(int n)
    {
        // The stack trace of the exception grows in each method, as with Tasks: the time is quadratic.
        n = Math.Min(n, 4_000);
        try
        {
            EventLoop.Run(Throwing(n));
        }
        catch (TimeoutException)
        {
            return;
        }
        Check(false, "nothing was thrown");

        static async Promise<int> Throwing(int n) => n == 0 ? throw new TimeoutException() : await Throwing(n - 1);
    }

    private static void NestWakeups(int n)
    {
        var called = 0;
        var (first, resolveFirst) = Promise.Create<int>();
        var (promise, _) = (first, resolveFirst);
        for (var i = 0; i < n; i++)
        {
            var (next, resolveNext) = Promise.Create<int>();
            promise.OnSuccess(x =>
            {
                called++;
                resolveNext.Fulfill(x);
            });
            promise = next;
        }
        resolveFirst.Fulfill(1);
        Check(called == n && promise.IsFulfilled, $"{called} callbacks");
    }

    private static void NestCancels(int n)
    {
        var (first, _) = Promise.CreateCancelable<int>();
        var promise = first;
        for (var i = 0; i < n; i++)
        {
            var (next, _) = Promise.CreateCancelable<int>();
            promise.OnCancel(next.Cancel);
            promise = next;
        }
        first.Cancel();
        Check(promise.IsCanceled, "not canceled");
    }

    private static void NestOnCancels(int n)
    {
        var (promise, _) = Promise.CreateCancelable<int>();
        promise.Cancel();
        var called = 0;
        Next();
        EventLoop.Run(Promise.Pause());
        Check(called == n, $"{called} callbacks");

        void Next()
        {
            if (called < n)
                promise.OnCancel(() =>
                {
                    called++;
                    Next();
                });
        }
    }
}
