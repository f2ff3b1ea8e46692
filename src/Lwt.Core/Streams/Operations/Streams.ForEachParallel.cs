namespace Lwt.Core.CompilerServices;

public static partial class Streams
{
    /// <summary>
    /// Calls the function with each element, without waiting for the calls before. OCaml: <c>Lwt_stream.iter_p</c>.
    /// </summary>
    public static Promise<TUnit> ForEachParallel<T, TUnit, TFunction>(PromiseStream<T> stream, TFunction function)
        where TFunction : IFunction<T, Promise<TUnit>>
    {
        Enter(stream).Source.Holders++;
        return ForEachParallel<T, TUnit, TFunction>(stream, stream.Node, function);
    }

    private static Promise<TUnit> ForEachParallel<T, TUnit, TFunction>(
        PromiseStream<T> stream,
        StreamNode<T> node,
        TFunction function
    )
        where TFunction : IFunction<T, Promise<TUnit>>
    {
        // Lwt recurs: it binds the promise of each element to that of the rest. Here the same binds are made, the last
        // one first.
        var started = new Stack<Promise<TUnit>>();
        Promise<TUnit> rest;
        while (true)
        {
            if (ReferenceEquals(node, stream.Source.Last))
            {
                var fed = stream.Source.Feed().Underlying();
                if (fed.State == Promise.Fulfilled)
                    continue;
                rest = Primitives.Bind<TUnit, ForEachParallelStep<T, TUnit, TFunction>>(
                    fed,
                    new(stream, node, function)
                );
                break;
            }
            if (!node.HasValue)
            {
                stream.Source.Holders--;
                rest = new(default(TUnit)!);
                break;
            }
            stream.Consume(node);
            started.Push(function.Invoke(node.Value));
            node = stream.Source.MoveOn(node, 1);
        }
        while (started.TryPop(out var promise))
            rest = Primitives.Bind<TUnit, GiveBack<TUnit>>(promise, new(rest));
        return rest;
    }

    private readonly struct ForEachParallelStep<T, TUnit, TFunction>(
        PromiseStream<T> stream,
        StreamNode<T> node,
        TFunction function
    ) : IStep<TUnit>
        where TFunction : IFunction<T, Promise<TUnit>>
    {
        public Promise<TUnit> Invoke(Promise fed) => ForEachParallel<T, TUnit, TFunction>(stream, node, function);
    }

    /// <summary>
    /// Like the above, with at most <paramref name="maxConcurrency"/> pending calls. OCaml: <c>Lwt_stream.iter_n</c>.
    /// </summary>
    public static Promise<TUnit> ForEachParallel<T, TUnit, TFunction>(
        PromiseStream<T> stream,
        int maxConcurrency,
        TFunction function
    )
        where TFunction : IFunction<T, Promise<TUnit>>
    {
        Enter(stream);
        if (maxConcurrency <= 0)
            throw new ArgumentOutOfRangeException(
                nameof(maxConcurrency),
                $"Lwt_stream.iter_n: max_concurrency must be > 0, {maxConcurrency} given"
            );
        return new ParallelIteration<T, TUnit, TFunction>(stream, maxConcurrency, function).Loop();
    }

    /// <summary>The pending calls of iter_n, and how many more may start.</summary>
    private sealed class ParallelIteration<T, TUnit, TFunction>(
        PromiseStream<T> stream,
        int available,
        TFunction function
    )
        where TFunction : IFunction<T, Promise<TUnit>>
    {
        // Newest last; the promises that wait for them take them newest first, as in Lwt.
        private List<Promise<TUnit>> _running = [];
        private int _available = available;

        internal Promise<TUnit> Loop()
        {
            while (true)
            {
                if (_available == 0)
                {
                    var split = Primitives.NChooseSplit<TUnit, Split, SplitMaker>(NewestFirst(), default).Underlying();
                    if (split.State != Promise.Fulfilled)
                        return Primitives.Bind<TUnit, SomeDone>(split, new(this));
                    Settle(split.Result);
                }
                var got = Get<T, Maybe<T>, MaybeOptions<T>>(stream, default).Underlying();
                if (got.State != Promise.Fulfilled)
                    return Primitives.Bind<TUnit, Got>(got, new(this));
                if (!got.Result.TryGetValue(out var element))
                    return Primitives.Join<TUnit>(NewestFirst());
                Start(element);
            }
        }

        private void Start(T element)
        {
            _running.Add(function.Invoke(element));
            _available--;
        }

        private void Settle(Split split)
        {
            _running = [.. split.Pending];
            _running.Reverse();
            _available += split.Done;
        }

        private Promise<TUnit>[] NewestFirst()
        {
            var promises = _running.ToArray();
            Array.Reverse(promises);
            return promises;
        }

        private readonly record struct Split(int Done, Promise<TUnit>[] Pending);

        private readonly struct SplitMaker : ISplitMaker<TUnit, Split>
        {
            public Split Make(TUnit[] values, Promise<TUnit>[] pending) => new(values.Length, pending);
        }

        private readonly struct SomeDone(ParallelIteration<T, TUnit, TFunction> iteration) : IStep<TUnit>
        {
            public Promise<TUnit> Invoke(Promise split)
            {
                iteration.Settle(Primitives.Value<Split>(split));
                return iteration.Loop();
            }
        }

        private readonly struct Got(ParallelIteration<T, TUnit, TFunction> iteration) : IStep<TUnit>
        {
            public Promise<TUnit> Invoke(Promise got)
            {
                if (!Primitives.Value<Maybe<T>>(got).TryGetValue(out var element))
                    return Primitives.Join<TUnit>(iteration.NewestFirst());
                iteration.Start(element);
                return iteration.Loop();
            }
        }
    }
}
