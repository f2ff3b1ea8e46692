using System.Runtime.CompilerServices;

namespace Lwt.Core.CompilerServices;

public static partial class Primitives
{
    /// <summary>
    /// Creates a pending promise; cancelling it does nothing. The fronts call it for Create and <c>Lwt.wait</c>.
    /// </summary>
    public static Promise<T> Wait<T>() => new(Driver.Current, 0);

    /// <summary>
    /// Creates a pending promise that can be cancelled. The fronts call it for CreateCancelable and <c>Lwt.task</c>.
    /// </summary>
    public static Promise<T> Cancelable<T>() => new(Driver.Current, Promise.Cancelable);

    /// <summary>Returns a resolver of a promise from <see cref="Wait"/> or <see cref="Cancelable"/>.</summary>
    public static Resolver<T> ResolverOf<T>(Promise<T> promise) => new(promise);

    /// <summary>Waits for all promises. The fronts call it for Join and <c>Lwt.join</c>.</summary>
    /// <param name="sources">The promises; the core keeps the array.</param>
    public static Promise<TUnit> Join<TUnit>(Promise[] sources)
    {
        CheckEach(sources);
        return Core.Join<TUnit>.Of(sources, Driver.Current);
    }

    /// <summary>
    /// Waits for both promises and combines their values. The fronts call it for Both and <c>Lwt.both</c>. Like Lwt it
    /// makes two binds, a join and a map, so that callbacks run in the same order.
    /// </summary>
    public static Promise<T> Both<TFirst, TSecond, T, TPair>(Promise<TFirst> first, Promise<TSecond> second, TPair pair)
        where TPair : IPairMaker<TFirst, TSecond, T>
    {
        var values = new Pair<TFirst, TSecond>();
        var a = Bind<Unit, StoreFirst<TFirst, TSecond>>(first, new(values));
        var b = Bind<Unit, StoreSecond<TFirst, TSecond>>(second, new(values));
        return Map<T, MakePair<TFirst, TSecond, T, TPair>>(Join<Unit>([a, b]), new(values, pair));
    }

    /// <summary>
    /// Waits for all promises and makes a list of their values. The fronts call it for All and <c>Lwt.all</c>. Like Lwt
    /// it is a map for one promise, both for two, and a join of binds that store the values for more.
    /// </summary>
    public static Promise<TList> All<T, TList, TMaker>(Promise<T>[] sources, TMaker maker)
        where TMaker : IListMaker<T, TList>
    {
        CheckEach(sources);
        if (sources.Length == 0)
            return new Promise<TList>(maker.Make([]));
        if (sources.Length == 1)
            return Map<TList, MakeSingle<T, TList, TMaker>>(sources[0], new(maker));
        if (sources.Length == 2)
        {
            var both = Both<T, T, T[], PairToArray<T>>(sources[0], sources[1], default);
            return Map<TList, MakeList<T, TList, TMaker>>(both, new(null, maker));
        }
        var values = new T[sources.Length];
        var stored = new Promise[sources.Length];
        for (var i = 0; i < sources.Length; i++)
            stored[i] = Bind<Unit, StoreAt<T>>(sources[i], new(values, i));
        return Map<TList, MakeList<T, TList, TMaker>>(Join<Unit>(stored), new(values, maker));
    }

    /// <summary>
    /// Waits for the first promise to be resolved; the others continue. The fronts call it for Choose and
    /// <c>Lwt.choose</c>.
    /// </summary>
    public static Promise<T> Choose<T>(ReadOnlySpan<Promise<T>> sources)
    {
        CheckRace(sources, "choose");
        return Resolved(sources, out var rejected) switch
        {
            0 when sources.Length == 2 => new ChooseOfTwo<T>(sources[0], sources[1], Checked(sources)),
            0 => new Choose<T>(AsPromises(sources), Checked(sources)),
            var count => Nth(sources, RandomBelow(count), rejected),
        };
    }

    /// <summary>
    /// Waits for the first promise to be resolved and cancels the others. The fronts call it for Pick and
    /// <c>Lwt.pick</c>.
    /// </summary>
    public static Promise<T> Pick<T>(ReadOnlySpan<Promise<T>> sources)
    {
        CheckRace(sources, "pick");
        var count = Resolved(sources, out var rejected);
        if (count == 0 && sources.Length == 2)
            return new PickOfTwo<T>(sources[0], sources[1], Checked(sources));
        if (count == 0)
            return new Pick<T>(AsPromises(sources), Checked(sources));
        var driver = Driver.Current;
        if (rejected)
        {
            // Chosen before the others are cancelled, because cancelling may reject more of them.
            var winner = Nth(sources, RandomBelow(count), rejected);
            foreach (var source in sources)
                Cancellation.Cancel(source, driver);
            return winner;
        }
        return PickFulfilled(sources, RandomBelow(count), driver);
    }

    /// <summary>
    /// Waits for the first of two promises to be resolved; the other one continues. F# calls it for <c>Lwt.choose</c>
    /// of two.
    /// </summary>
    public static Promise<T> Choose<T>(Promise<T> first, Promise<T> second) => Choose<T>([first, second]);

    /// <summary>
    /// Waits for the first of two promises to be resolved and cancels the other one. F# calls it for <c>Lwt.pick</c> of
    /// two.
    /// </summary>
    public static Promise<T> Pick<T>(Promise<T> first, Promise<T> second) => Pick<T>([first, second]);

    /// <summary>
    /// Waits until at least one promise is resolved and makes a list of the values of all that are fulfilled by then.
    /// The fronts call it for NChoose, NPick, <c>Lwt.nchoose</c> and <c>Lwt.npick</c>.
    /// </summary>
    /// <param name="sources">The promises; at least one.</param>
    /// <param name="maker">Makes the list.</param>
    /// <param name="cancelOthers">Whether to cancel the pending promises, as npick does.</param>
    public static Promise<TList> NChoose<T, TList, TMaker>(
        ReadOnlySpan<Promise<T>> sources,
        TMaker maker,
        bool cancelOthers
    )
        where TMaker : IListMaker<T, TList>
    {
        CheckRace(sources, cancelOthers ? "npick" : "nchoose");
        if (Resolved(sources, out _) == 0)
            return new NChoose<T, TList, TMaker>(AsPromises(sources), maker, cancelOthers, Checked(sources));
        var values = new List<T>();
        Exception? reason = null;
        foreach (var source in sources)
        {
            var promise = source.Underlying();
            if (promise.State == Promise.Fulfilled)
                values.Add(promise.Result);
            else if (promise.State == Promise.Rejected)
            {
                reason = promise.Reason;
                break;
            }
        }
        if (cancelOthers)
            foreach (var source in sources)
                Cancellation.Cancel(source, Driver.Current);
        return reason is null ? new Promise<TList>(maker.Make([.. values])) : new Promise<TList>(reason);
    }

    /// <summary>
    /// Waits until at least one promise is resolved; returns the values of all that are fulfilled by then, and the
    /// pending promises. The fronts call it for NChooseSplit and <c>Lwt.nchoose_split</c>.
    /// </summary>
    public static Promise<TSplit> NChooseSplit<T, TSplit, TMaker>(ReadOnlySpan<Promise<T>> sources, TMaker maker)
        where TMaker : ISplitMaker<T, TSplit>
    {
        CheckRace(sources, "nchoose_split");
        if (Resolved(sources, out _) == 0)
            return new NChooseSplit<T, TSplit, TMaker>(AsPromises(sources), maker, Checked(sources));
        var values = new List<T>();
        var pending = new List<Promise<T>>();
        foreach (var source in sources)
        {
            var promise = source.Underlying();
            if (promise.State == Promise.Fulfilled)
                values.Add(promise.Result);
            else if (promise.State == Promise.Rejected)
                return new Promise<TSplit>(promise.Reason);
            else
                pending.Add(source);
        }
        // Lwt returns them in this order here, and in the opposite order if all were pending at first.
        pending.Reverse();
        return new Promise<TSplit>(maker.Make([.. values], [.. pending]));
    }

    /// <summary>
    /// Returns a promise that follows the source and whose cancellation does not reach it. The fronts call it for
    /// Protected and <c>Lwt.protected</c>.
    /// </summary>
    public static Promise<T> Protected<T>(Promise<T> source)
    {
        source = Underlying(source);
        return source.State == Promise.Pending ? new Protected<T>(source, Driver.Current) : source;
    }

    /// <summary>
    /// Returns a promise that follows the source and cannot be cancelled. The fronts call it for NoCancel and
    /// <c>Lwt.no_cancel</c>.
    /// </summary>
    public static Promise<T> NoCancel<T>(Promise<T> source)
    {
        source = Underlying(source);
        return source.State == Promise.Pending ? new NoCancel<T>(source, Driver.Current) : source;
    }

    /// <summary>
    /// Returns a promise that follows the source and that cancelling rejects, after the source was cancelled. The
    /// fronts call it for WrapInCancelable and <c>Lwt.wrap_in_cancelable</c>.
    /// </summary>
    public static Promise<T> WrapInCancelable<T>(Promise<T> source)
    {
        source = Underlying(source);
        return source.State == Promise.Pending ? CancelableWrap<T>.Of(source, Driver.Current) : source;
    }

    /// <summary>
    /// Returns a promise that follows <paramref name="source"/>. When <paramref name="token"/> fires, the loop rejects
    /// it with a <see cref="PromiseCanceledException"/> that names the token, and cancels the source. C# calls it for
    /// WithCancellation.
    /// </summary>
    public static Promise<T> WithCancellation<T>(Promise<T> source, CancellationToken token)
    {
        source = Underlying(source);
        if (source.State != Promise.Pending || !token.CanBeCanceled)
            return source;
        var driver = Driver.Current;
        var wrap = CancelableWrap<T>.Of(source, driver, leavesAlways: true);
        TokenWatch.Begin(wrap, driver, token);
        return wrap;
    }

    // Each Promise<T> is a Promise, and a span that is only read never meets another type: what an array's covariance allows.
    private static ReadOnlySpan<Promise> AsPromises<T>(ReadOnlySpan<Promise<T>> sources) =>
        Unsafe.BitCast<ReadOnlySpan<Promise<T>>, ReadOnlySpan<Promise>>(sources);

    private static int RandomBelow(int count) => count == 1 ? 0 : Driver.Current.Loop.Random.Next(count);

    private static void CheckEach(ReadOnlySpan<Promise> sources)
    {
        for (var i = 0; i < sources.Length; i++)
            if (sources[i] is null)
                throw Errors.NullElement("promises", i, "a promise");
    }

    private static void CheckRace<T>(ReadOnlySpan<Promise<T>> sources, string call)
    {
        if (sources.Length == 0)
            throw Errors.Empty($"Lwt.{call}");
        CheckEach(AsPromises(sources));
    }

    /// <summary>Returns the current driver, after checking that all pending promises belong to it.</summary>
    private static Driver Checked<T>(ReadOnlySpan<Promise<T>> sources)
    {
        var driver = Driver.Current;
        foreach (var source in sources)
            if (source.Underlying().Owner != driver.Id)
                Errors.ThrowWrongLoop(source.Underlying());
        return driver;
    }

    /// <summary>
    /// Counts the promises to choose from: the rejected ones if there are any, otherwise the fulfilled ones.
    /// </summary>
    private static int Resolved<T>(ReadOnlySpan<Promise<T>> sources, out bool rejected)
    {
        int fulfilledCount = 0,
            rejectedCount = 0;
        foreach (var source in sources)
        {
            var state = source.Underlying().State;
            if (state == Promise.Fulfilled)
                fulfilledCount++;
            else if (state == Promise.Rejected)
                rejectedCount++;
        }
        rejected = rejectedCount > 0;
        return rejected ? rejectedCount : fulfilledCount;
    }

    private static Promise<T> Nth<T>(ReadOnlySpan<Promise<T>> sources, int n, bool rejected)
    {
        var wanted = rejected ? Promise.Rejected : Promise.Fulfilled;
        foreach (var source in sources)
            if (source.Underlying().State == wanted && n-- == 0)
                return source;
        throw new InvalidOperationException("Fewer promises are resolved than were counted.");
    }

    /// <summary>
    /// Walks through the promises from left to right, cancels the pending ones and stops at the n-th resolved one. A
    /// promise that this cancelling resolves counts too and can win.
    /// </summary>
    private static Promise<T> PickFulfilled<T>(ReadOnlySpan<Promise<T>> sources, int n, Driver driver)
    {
        Promise<T>? winner = null;
        foreach (var source in sources)
        {
            if (winner is not null || source.Underlying().State == Promise.Pending)
                Cancellation.Cancel(source, driver);
            else if (n-- == 0)
                winner = source;
        }
        return winner ?? throw new InvalidOperationException("Fewer promises are resolved than were counted.");
    }
}
