namespace Lwt.Core.CompilerServices;

// Fold, iter and find, to the end of the stream: walks (StreamWalk.cs) that take each element before they look at it.

public static partial class Streams
{
    /// <summary>Fold.</summary>
    public static Promise<TState> Fold<T, TState, TFunction>(PromiseStream<T> stream, TFunction function, TState state)
        where TFunction : IFunction<T, TState, TState> =>
        StreamWalk.From<T, TState, FoldVisitor<T, TState, TFunction>>(Enter(stream), new(function, state));

    private struct FoldVisitor<T, TState, TFunction>(TFunction function, TState state) : IVisitor<T, TState>
        where TFunction : IFunction<T, TState, TState>
    {
        private TState _state = state;

        public Promise<TState>? Visit(PromiseStream<T> stream, StreamNode<T> node)
        {
            stream.Consume(node);
            _state = function.Invoke(node.Value, _state);
            return null;
        }

        public readonly Promise<TState> End() => new(_state);
    }

    /// <summary>Fold_s.</summary>
    public static Promise<TState> FoldAwait<T, TState, TFunction>(
        PromiseStream<T> stream,
        TFunction function,
        TState state
    )
        where TFunction : IFunction<T, TState, Promise<TState>> =>
        StreamWalk.FromAwait<T, TState, TState, FoldEachVisitor<T, TState, TFunction>>(
            Enter(stream),
            new(function, state)
        );

    private struct FoldEachVisitor<T, TState, TFunction>(TFunction function, TState state)
        : IPromiseVisitor<T, TState, TState>
        where TFunction : IFunction<T, TState, Promise<TState>>
    {
        private TState _state = state;

        public readonly Promise<TState> Ask(PromiseStream<T> stream, StreamNode<T> node)
        {
            stream.Consume(node);
            return function.Invoke(node.Value, _state);
        }

        public Promise<TState>? Visit(PromiseStream<T> stream, StreamNode<T> node, Promise<TState> answer)
        {
            _state = answer.Result;
            return null;
        }

        public readonly Promise<TState> End() => new(_state);
    }

    /// <summary>Iter; the function's result is the front's unit.</summary>
    public static Promise<TUnit> ForEach<T, TUnit, TFunction>(PromiseStream<T> stream, TFunction function)
        where TFunction : IFunction<T, TUnit> =>
        StreamWalk.From<T, TUnit, IterVisitor<T, TUnit, TFunction>>(Enter(stream), new(function));

    private readonly struct IterVisitor<T, TUnit, TFunction>(TFunction function) : IVisitor<T, TUnit>
        where TFunction : IFunction<T, TUnit>
    {
        public Promise<TUnit>? Visit(PromiseStream<T> stream, StreamNode<T> node)
        {
            stream.Consume(node);
            function.Invoke(node.Value);
            return null;
        }

        public Promise<TUnit> End() => new(default(TUnit)!);
    }

    /// <summary>Iter_s.</summary>
    public static Promise<TUnit> ForEachAwait<T, TUnit, TFunction>(PromiseStream<T> stream, TFunction function)
        where TFunction : IFunction<T, Promise<TUnit>> =>
        StreamWalk.FromAwait<T, TUnit, TUnit, IterEachVisitor<T, TUnit, TFunction>>(Enter(stream), new(function));

    private readonly struct IterEachVisitor<T, TUnit, TFunction>(TFunction function) : IPromiseVisitor<T, TUnit, TUnit>
        where TFunction : IFunction<T, Promise<TUnit>>
    {
        public Promise<TUnit> Ask(PromiseStream<T> stream, StreamNode<T> node)
        {
            stream.Consume(node);
            return function.Invoke(node.Value);
        }

        public Promise<TUnit>? Visit(PromiseStream<T> stream, StreamNode<T> node, Promise<TUnit> answer) => null;

        public Promise<TUnit> End() => new(default(TUnit)!);
    }

    /// <summary>Iter_p.</summary>
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
        // Lwt recurs: the promise of each element is bound to that of the rest. Here the same binds, the last one first.
        var started = new Stack<Promise<TUnit>>();
        Promise<TUnit> rest;
        while (true)
        {
            if (ReferenceEquals(node, stream.Source.Last))
            {
                var fed = stream.Source.Feed().Underlying();
                if (fed.State == Promise.Fulfilled)
                    continue;
                rest = Primitives.Bind<TUnit, IterParallelStep<T, TUnit, TFunction>>(fed, new(stream, node, function));
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

    private readonly struct IterParallelStep<T, TUnit, TFunction>(
        PromiseStream<T> stream,
        StreamNode<T> node,
        TFunction function
    ) : IStep<TUnit>
        where TFunction : IFunction<T, Promise<TUnit>>
    {
        public Promise<TUnit> Invoke(Promise fed) => ForEachParallel<T, TUnit, TFunction>(stream, node, function);
    }

    /// <summary>Find.</summary>
    public static Promise<TOption> Find<T, TOption, TOptions, TTest>(
        PromiseStream<T> stream,
        TTest test,
        TOptions options
    )
        where TOptions : IOptions<T, TOption>
        where TTest : IFunction<T, bool> =>
        StreamWalk.From<T, TOption, FindVisitor<T, TOption, TOptions, TTest>>(Enter(stream), new(test, options));

    private readonly struct FindVisitor<T, TOption, TOptions, TTest>(TTest test, TOptions options)
        : IVisitor<T, TOption>
        where TOptions : IOptions<T, TOption>
        where TTest : IFunction<T, bool>
    {
        public Promise<TOption>? Visit(PromiseStream<T> stream, StreamNode<T> node)
        {
            stream.Consume(node);
            return test.Invoke(node.Value) ? new(options.Some(node.Value)) : null;
        }

        public Promise<TOption> End() => new(options.None());
    }

    /// <summary>Find_s.</summary>
    public static Promise<TOption> FindAwait<T, TOption, TOptions, TTest>(
        PromiseStream<T> stream,
        TTest test,
        TOptions options
    )
        where TOptions : IOptions<T, TOption>
        where TTest : IFunction<T, Promise<bool>> =>
        StreamWalk.FromAwait<T, bool, TOption, FindEachVisitor<T, TOption, TOptions, TTest>>(
            Enter(stream),
            new(test, options)
        );

    private readonly struct FindEachVisitor<T, TOption, TOptions, TTest>(TTest test, TOptions options)
        : IPromiseVisitor<T, bool, TOption>
        where TOptions : IOptions<T, TOption>
        where TTest : IFunction<T, Promise<bool>>
    {
        public Promise<bool> Ask(PromiseStream<T> stream, StreamNode<T> node)
        {
            stream.Consume(node);
            return test.Invoke(node.Value);
        }

        public Promise<TOption>? Visit(PromiseStream<T> stream, StreamNode<T> node, Promise<bool> answer) =>
            answer.Result ? new(options.Some(node.Value)) : null;

        public Promise<TOption> End() => new(options.None());
    }

    /// <summary>Find_map.</summary>
    public static Promise<TOption> FindMap<T, TResult, TOption, TOptions, TFunction>(
        PromiseStream<T> stream,
        TFunction function,
        TOptions options
    )
        where TOptions : IOptions<TResult, TOption>
        where TFunction : IFunction<T, TOption> =>
        StreamWalk.From<T, TOption, FindMapVisitor<T, TResult, TOption, TOptions, TFunction>>(
            Enter(stream),
            new(function, options)
        );

    private readonly struct FindMapVisitor<T, TResult, TOption, TOptions, TFunction>(
        TFunction function,
        TOptions options
    ) : IVisitor<T, TOption>
        where TOptions : IOptions<TResult, TOption>
        where TFunction : IFunction<T, TOption>
    {
        public Promise<TOption>? Visit(PromiseStream<T> stream, StreamNode<T> node)
        {
            stream.Consume(node);
            var option = function.Invoke(node.Value);
            return options.ToMaybe(option).HasValue ? new(option) : null;
        }

        public Promise<TOption> End() => new(options.None());
    }

    /// <summary>Find_map_s.</summary>
    public static Promise<TOption> FindMapAwait<T, TResult, TOption, TOptions, TFunction>(
        PromiseStream<T> stream,
        TFunction function,
        TOptions options
    )
        where TOptions : IOptions<TResult, TOption>
        where TFunction : IFunction<T, Promise<TOption>> =>
        StreamWalk.FromAwait<T, TOption, TOption, FindMapEachVisitor<T, TResult, TOption, TOptions, TFunction>>(
            Enter(stream),
            new(function, options)
        );

    private readonly struct FindMapEachVisitor<T, TResult, TOption, TOptions, TFunction>(
        TFunction function,
        TOptions options
    ) : IPromiseVisitor<T, TOption, TOption>
        where TOptions : IOptions<TResult, TOption>
        where TFunction : IFunction<T, Promise<TOption>>
    {
        public Promise<TOption> Ask(PromiseStream<T> stream, StreamNode<T> node)
        {
            stream.Consume(node);
            return function.Invoke(node.Value);
        }

        public Promise<TOption>? Visit(PromiseStream<T> stream, StreamNode<T> node, Promise<TOption> answer) =>
            options.ToMaybe(answer.Result).HasValue ? answer : null;

        public Promise<TOption> End() => new(options.None());
    }
}
