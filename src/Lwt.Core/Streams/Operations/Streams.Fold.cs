namespace Lwt.Core.CompilerServices;

// Walks (StreamWalk.cs) that take each element before they call the function with it.

public static partial class Streams
{
    /// <summary>Updates a state with each element up to the end. OCaml: <c>Lwt_stream.fold</c>.</summary>
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

    /// <summary>Like <c>Fold</c>, but waits for each state. OCaml: <c>Lwt_stream.fold_s</c>.</summary>
    public static Promise<TState> FoldAwait<T, TState, TFunction>(
        PromiseStream<T> stream,
        TFunction function,
        TState state
    )
        where TFunction : IFunction<T, TState, Promise<TState>> =>
        StreamWalk.FromAwait<T, TState, TState, FoldAwaitVisitor<T, TState, TFunction>>(
            Enter(stream),
            new(function, state)
        );

    private struct FoldAwaitVisitor<T, TState, TFunction>(TFunction function, TState state)
        : IAwaitVisitor<T, TState, TState>
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
}
