namespace Lwt.Core.CompilerServices;

// Walks (StreamWalk.cs) that take each element before they call the function with it.

public static partial class Streams
{
    /// <summary>Takes elements up to the first that passes the test. OCaml: <c>Lwt_stream.find</c>.</summary>
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

    /// <summary>Like <c>Find</c>, but waits for each answer. OCaml: <c>Lwt_stream.find_s</c>.</summary>
    public static Promise<TOption> FindAwait<T, TOption, TOptions, TTest>(
        PromiseStream<T> stream,
        TTest test,
        TOptions options
    )
        where TOptions : IOptions<T, TOption>
        where TTest : IFunction<T, Promise<bool>> =>
        StreamWalk.FromAwait<T, bool, TOption, FindAwaitVisitor<T, TOption, TOptions, TTest>>(
            Enter(stream),
            new(test, options)
        );

    private readonly struct FindAwaitVisitor<T, TOption, TOptions, TTest>(TTest test, TOptions options)
        : IAwaitVisitor<T, bool, TOption>
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

    /// <summary>
    /// Takes elements up to the first for which the function returns a value. OCaml: <c>Lwt_stream.find_map</c>.
    /// </summary>
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

    /// <summary>Like <c>FindMap</c>, but waits for each result. OCaml: <c>Lwt_stream.find_map_s</c>.</summary>
    public static Promise<TOption> FindMapAwait<T, TResult, TOption, TOptions, TFunction>(
        PromiseStream<T> stream,
        TFunction function,
        TOptions options
    )
        where TOptions : IOptions<TResult, TOption>
        where TFunction : IFunction<T, Promise<TOption>> =>
        StreamWalk.FromAwait<T, TOption, TOption, FindMapAwaitVisitor<T, TResult, TOption, TOptions, TFunction>>(
            Enter(stream),
            new(function, options)
        );

    private readonly struct FindMapAwaitVisitor<T, TResult, TOption, TOptions, TFunction>(
        TFunction function,
        TOptions options
    ) : IAwaitVisitor<T, TOption, TOption>
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
