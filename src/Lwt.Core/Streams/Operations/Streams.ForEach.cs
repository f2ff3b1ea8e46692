namespace Lwt.Core.CompilerServices;

// Walks (StreamWalk.cs) that take each element before they call the function with it.

public static partial class Streams
{
    /// <summary>
    /// Calls the function with each element up to the end; its result is the front's unit. OCaml:
    /// <c>Lwt_stream.iter</c>.
    /// </summary>
    public static Promise<TUnit> ForEach<T, TUnit, TFunction>(PromiseStream<T> stream, TFunction function)
        where TFunction : IFunction<T, TUnit> =>
        StreamWalk.From<T, TUnit, ForEachVisitor<T, TUnit, TFunction>>(Enter(stream), new(function));

    private readonly struct ForEachVisitor<T, TUnit, TFunction>(TFunction function) : IVisitor<T, TUnit>
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

    /// <summary>Like <c>ForEach</c>, but waits for each call. OCaml: <c>Lwt_stream.iter_s</c>.</summary>
    public static Promise<TUnit> ForEachAwait<T, TUnit, TFunction>(PromiseStream<T> stream, TFunction function)
        where TFunction : IFunction<T, Promise<TUnit>> =>
        StreamWalk.FromAwait<T, TUnit, TUnit, ForEachAwaitVisitor<T, TUnit, TFunction>>(Enter(stream), new(function));

    private readonly struct ForEachAwaitVisitor<T, TUnit, TFunction>(TFunction function)
        : IAwaitVisitor<T, TUnit, TUnit>
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
}
