using System.Diagnostics.CodeAnalysis;

namespace Lwt.Core.CompilerServices;

// The operations that take elements: walks (StreamWalk.cs).

public static partial class Streams
{
    /// <summary>Takes the next element if it is there: the fast path of <c>Get</c>.</summary>
    public static bool TryTake<T>(PromiseStream<T> stream, [MaybeNullWhen(false)] out T element)
    {
        var node = Enter(stream).Node;
        element = node.Value;
        if (!node.HasValue)
            return false;
        stream.Consume(node);
        stream.Source.MoveOn(node, 0);
        return true;
    }

    /// <summary>Waits for the next element and takes it; for the sources that read a stream.</summary>
    internal static Promise<Maybe<T>> Get<T>(PromiseStream<T> stream) =>
        TryTake(stream, out var element)
            ? new(new Maybe<T>(element))
            : StreamWalk.From<T, Maybe<T>, GetVisitor<T, Maybe<T>, MaybeOptions<T>>>(stream, default);

    /// <summary>Waits for the next element and takes it; none at the end. OCaml: <c>Lwt_stream.get</c>.</summary>
    public static Promise<TOption> Get<T, TOption, TOptions>(PromiseStream<T> stream, TOptions options)
        where TOptions : IOptions<T, TOption> =>
        StreamWalk.From<T, TOption, GetVisitor<T, TOption, TOptions>>(Enter(stream), new(options));

    private readonly struct GetVisitor<T, TOption, TOptions>(TOptions options) : IVisitor<T, TOption>
        where TOptions : IOptions<T, TOption>
    {
        public Promise<TOption> Visit(PromiseStream<T> stream, StreamNode<T> node)
        {
            stream.Consume(node);
            return new(options.Some(node.Value));
        }

        public Promise<TOption> End() => new(options.None());
    }

    /// <summary>Like <c>Get</c>, but at the end it is rejected. OCaml: <c>Lwt_stream.next</c>.</summary>
    public static Promise<T> Next<T>(PromiseStream<T> stream) =>
        StreamWalk.From<T, T, NextVisitor<T>>(Enter(stream), default);

    private readonly struct NextVisitor<T> : IVisitor<T, T>
    {
        public Promise<T> Visit(PromiseStream<T> stream, StreamNode<T> node)
        {
            stream.Consume(node);
            return new(node.Value);
        }

        public Promise<T> End() => new(new StreamEmptyException());
    }

    /// <summary>Waits for several elements and takes them. OCaml: <c>Lwt_stream.nget</c>.</summary>
    public static Promise<TList> Get<T, TList, TMaker>(PromiseStream<T> stream, int count, TMaker maker)
        where TMaker : IListMaker<T, TList>
    {
        Enter(stream).Source.Holders++;
        return new GetCountStep<T, TList, TMaker>(stream, stream.Node, count, [], maker).Invoke(
            Completed<Unit>.Default
        );
    }

    /// <summary>
    /// The walk of nget. It differs from the others when several read, as in Lwt: it walks along nodes, but takes the
    /// element that is first in the stream.
    /// </summary>
    private readonly struct GetCountStep<T, TList, TMaker>(
        PromiseStream<T> stream,
        StreamNode<T> start,
        int count,
        List<T> taken,
        TMaker maker
    ) : IStep<TList>
        where TMaker : IListMaker<T, TList>
    {
        public Promise<TList> Invoke(Promise fed)
        {
            var node = start;
            while (taken.Count < count)
            {
                if (ReferenceEquals(node, stream.Source.Last))
                {
                    var more = stream.Source.Feed().Underlying();
                    if (more.State != Promise.Fulfilled)
                        return Primitives.Bind<TList, GetCountStep<T, TList, TMaker>>(
                            more,
                            new(stream, node, count, taken, maker)
                        );
                    continue;
                }
                if (!stream.Node.HasValue)
                    break;
                taken.Add(stream.Node.Value);
                stream.Consume(node);
                node = stream.Source.MoveOn(node, 1);
            }
            stream.Source.Holders--;
            return new(maker.Make([.. taken]));
        }
    }

    /// <summary>Takes elements up to the first that fails the test. OCaml: <c>Lwt_stream.get_while</c>.</summary>
    public static Promise<TList> GetWhile<T, TList, TMaker, TTest>(PromiseStream<T> stream, TTest test, TMaker maker)
        where TMaker : IListMaker<T, TList>
        where TTest : IFunction<T, bool> =>
        StreamWalk.From<T, TList, GetWhileVisitor<T, TList, TMaker, TTest>>(Enter(stream), new(test, maker));

    private readonly struct GetWhileVisitor<T, TList, TMaker, TTest>(TTest test, TMaker maker) : IVisitor<T, TList>
        where TMaker : IListMaker<T, TList>
        where TTest : IFunction<T, bool>
    {
        private readonly List<T> _taken = [];

        public Promise<TList>? Visit(PromiseStream<T> stream, StreamNode<T> node)
        {
            if (!test.Invoke(node.Value))
                return End();
            stream.Consume(node);
            _taken.Add(node.Value);
            return null;
        }

        public Promise<TList> End() => new(maker.Make([.. _taken]));
    }

    /// <summary>Like <c>GetWhile</c>, but waits for each answer. OCaml: <c>Lwt_stream.get_while_s</c>.</summary>
    public static Promise<TList> GetWhileAwait<T, TList, TMaker, TTest>(
        PromiseStream<T> stream,
        TTest test,
        TMaker maker
    )
        where TMaker : IListMaker<T, TList>
        where TTest : IFunction<T, Promise<bool>> =>
        StreamWalk.FromAwait<T, bool, TList, GetWhileAwaitVisitor<T, TList, TMaker, TTest>>(
            Enter(stream),
            new(test, maker)
        );

    private readonly struct GetWhileAwaitVisitor<T, TList, TMaker, TTest>(TTest test, TMaker maker)
        : IAwaitVisitor<T, bool, TList>
        where TMaker : IListMaker<T, TList>
        where TTest : IFunction<T, Promise<bool>>
    {
        private readonly List<T> _taken = [];

        public Promise<bool> Ask(PromiseStream<T> stream, StreamNode<T> node) => test.Invoke(node.Value);

        public Promise<TList>? Visit(PromiseStream<T> stream, StreamNode<T> node, Promise<bool> answer)
        {
            if (!answer.Result)
                return End();
            stream.Consume(node);
            _taken.Add(node.Value);
            return null;
        }

        public Promise<TList> End() => new(maker.Make([.. _taken]));
    }
}
