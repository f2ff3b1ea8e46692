using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Lwt.Core.CompilerServices;

// The operations that read elements. Each is a walk (StreamWalk.cs) with a visitor, in the order of Lwt_stream.

public static partial class Streams
{
    /// <summary>Peek.</summary>
    public static Promise<TOption> Peek<T, TOption, TOptions>(PromiseStream<T> stream, TOptions options)
        where TOptions : IOptions<T, TOption> =>
        StreamWalk.From<T, TOption, PeekVisitor<T, TOption, TOptions>>(Enter(stream), new(options));

    private readonly struct PeekVisitor<T, TOption, TOptions>(TOptions options) : IVisitor<T, TOption>
        where TOptions : IOptions<T, TOption>
    {
        public Promise<TOption> Visit(PromiseStream<T> stream, StreamNode<T> node) => new(options.Some(node.Value));

        public Promise<TOption> End() => new(options.None());
    }

    /// <summary>Takes the next element if it is there: the plain case of get.</summary>
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

    /// <summary>Get.</summary>
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

    /// <summary>Next.</summary>
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

    /// <summary>To_list.</summary>
    public static Promise<TList> ToList<T, TList, TMaker>(PromiseStream<T> stream, TMaker maker)
        where TMaker : IListMaker<T, TList> =>
        StreamWalk.From<T, TList, ListVisitor<T, TList, TMaker>>(Enter(stream), new(maker));

    private readonly struct ListVisitor<T, TList, TMaker>(TMaker maker) : IVisitor<T, TList>
        where TMaker : IListMaker<T, TList>
    {
        private readonly List<T> _taken = [];

        public Promise<TList>? Visit(PromiseStream<T> stream, StreamNode<T> node)
        {
            stream.Consume(node);
            _taken.Add(node.Value);
            return null;
        }

        public Promise<TList> End() => new(maker.Make([.. _taken]));
    }

    /// <summary>To_string.</summary>
    public static Promise<string> ToText(PromiseStream<char> stream) =>
        StreamWalk.From<char, string, TextVisitor>(Enter(stream), new(new()));

    private readonly struct TextVisitor(StringBuilder text) : IVisitor<char, string>
    {
        public Promise<string>? Visit(PromiseStream<char> stream, StreamNode<char> node)
        {
            stream.Consume(node);
            text.Append(node.Value);
            return null;
        }

        public Promise<string> End() => new(text.ToString());
    }

    /// <summary>Npeek.</summary>
    public static Promise<TList> Peek<T, TList, TMaker>(PromiseStream<T> stream, int count, TMaker maker)
        where TMaker : IListMaker<T, TList>
    {
        Enter(stream);
        if (count <= 0)
            return new(maker.Make([]));
        return StreamWalk.From<T, TList, NPeekVisitor<T, TList, TMaker>>(stream, new(count, maker));
    }

    private readonly struct NPeekVisitor<T, TList, TMaker>(int count, TMaker maker) : IVisitor<T, TList>
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

    /// <summary>Nget.</summary>
    public static Promise<TList> Get<T, TList, TMaker>(PromiseStream<T> stream, int count, TMaker maker)
        where TMaker : IListMaker<T, TList>
    {
        Enter(stream).Source.Holders++;
        return new NGetStep<T, TList, TMaker>(stream, stream.Node, count, [], maker).Invoke(Completed<Unit>.Default);
    }

    /// <summary>
    /// The walk of nget, which is one of its own for what Lwt does when several read: it walks by nodes, but looks at the
    /// element that is first in the stream.
    /// </summary>
    private readonly struct NGetStep<T, TList, TMaker>(
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
                        return Primitives.Bind<TList, NGetStep<T, TList, TMaker>>(
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

    /// <summary>Get_while.</summary>
    public static Promise<TList> GetWhile<T, TList, TMaker, TTest>(PromiseStream<T> stream, TTest test, TMaker maker)
        where TMaker : IListMaker<T, TList>
        where TTest : IFunction<T, bool> =>
        StreamWalk.From<T, TList, WhileVisitor<T, TList, TMaker, TTest>>(Enter(stream), new(test, maker));

    private readonly struct WhileVisitor<T, TList, TMaker, TTest>(TTest test, TMaker maker) : IVisitor<T, TList>
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

    /// <summary>Get_while_s.</summary>
    public static Promise<TList> GetWhileAwait<T, TList, TMaker, TTest>(
        PromiseStream<T> stream,
        TTest test,
        TMaker maker
    )
        where TMaker : IListMaker<T, TList>
        where TTest : IFunction<T, Promise<bool>> =>
        StreamWalk.FromAwait<T, bool, TList, WhileEachVisitor<T, TList, TMaker, TTest>>(
            Enter(stream),
            new(test, maker)
        );

    private readonly struct WhileEachVisitor<T, TList, TMaker, TTest>(TTest test, TMaker maker)
        : IPromiseVisitor<T, bool, TList>
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

    /// <summary>Is_empty.</summary>
    public static Promise<bool> IsEmpty<T>(PromiseStream<T> stream)
    {
        Enter(stream);
        while (ReferenceEquals(stream.Node, stream.Source.Last))
        {
            var fed = stream.Source.Feed().Underlying();
            if (fed.State != Promise.Fulfilled)
                return Primitives.Bind<bool, EmptyStep<T>>(fed, new(stream));
        }
        return new(!stream.Node.HasValue);
    }

    private readonly struct EmptyStep<T>(PromiseStream<T> stream) : IStep<bool>
    {
        public Promise<bool> Invoke(Promise fed) => IsEmpty(stream);
    }
}
