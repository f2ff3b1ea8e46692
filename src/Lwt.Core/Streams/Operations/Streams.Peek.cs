namespace Lwt.Core.CompilerServices;

// The operations that look at elements and take none.

public static partial class Streams
{
    /// <summary>
    /// Waits for the next element and leaves it in the stream; none at the end. OCaml: <c>Lwt_stream.peek</c>.
    /// </summary>
    public static Promise<TOption> Peek<T, TOption, TOptions>(PromiseStream<T> stream, TOptions options)
        where TOptions : IOptions<T, TOption> =>
        StreamWalk.From<T, TOption, PeekVisitor<T, TOption, TOptions>>(Enter(stream), new(options));

    private readonly struct PeekVisitor<T, TOption, TOptions>(TOptions options) : IVisitor<T, TOption>
        where TOptions : IOptions<T, TOption>
    {
        public Promise<TOption> Visit(PromiseStream<T> stream, StreamNode<T> node) => new(options.Some(node.Value));

        public Promise<TOption> End() => new(options.None());
    }

    /// <summary>Waits for several elements and leaves them in the stream. OCaml: <c>Lwt_stream.npeek</c>.</summary>
    public static Promise<TList> Peek<T, TList, TMaker>(PromiseStream<T> stream, int count, TMaker maker)
        where TMaker : IListMaker<T, TList>
    {
        Enter(stream);
        if (count <= 0)
            return new(maker.Make([]));
        return StreamWalk.From<T, TList, PeekCountVisitor<T, TList, TMaker>>(stream, new(count, maker));
    }

    private readonly struct PeekCountVisitor<T, TList, TMaker>(int count, TMaker maker) : IVisitor<T, TList>
        where TMaker : IListMaker<T, TList>
    {
        private readonly List<T> _seen = [];

        public Promise<TList>? Visit(PromiseStream<T> stream, StreamNode<T> node)
        {
            _seen.Add(node.Value);
            return _seen.Count == count ? End() : null;
        }

        public Promise<TList> End() => new(maker.Make([.. _seen]));
    }

    /// <summary>Waits until it is known whether the stream is at its end. OCaml: <c>Lwt_stream.is_empty</c>.</summary>
    public static Promise<bool> IsEmpty<T>(PromiseStream<T> stream)
    {
        Enter(stream);
        while (ReferenceEquals(stream.Node, stream.Source.Last))
        {
            var fed = stream.Source.Feed().Underlying();
            if (fed.State != Promise.Fulfilled)
                return Primitives.Bind<bool, IsEmptyStep<T>>(fed, new(stream));
        }
        return new(!stream.Node.HasValue);
    }

    private readonly struct IsEmptyStep<T>(PromiseStream<T> stream) : IStep<bool>
    {
        public Promise<bool> Invoke(Promise fed) => IsEmpty(stream);
    }
}
