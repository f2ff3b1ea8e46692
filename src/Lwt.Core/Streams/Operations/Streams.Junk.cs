namespace Lwt.Core.CompilerServices;

// The operations that discard elements.

public static partial class Streams
{
    /// <summary>Discards the next element, which it waits for. OCaml: <c>Lwt_stream.junk</c>.</summary>
    public static Promise<TUnit> Junk<T, TUnit>(PromiseStream<T> stream)
    {
        var node = Enter(stream).Node;
        stream.Source.Holders++;
        if (ReferenceEquals(node, stream.Source.Last))
            return Primitives.Bind<TUnit, JunkStep<T, TUnit>>(stream.Source.Feed(), new(stream, node));
        return new JunkStep<T, TUnit>(stream, node).Invoke(Completed<Unit>.Default);
    }

    private readonly struct JunkStep<T, TUnit>(PromiseStream<T> stream, StreamNode<T> node) : IStep<TUnit>
    {
        public Promise<TUnit> Invoke(Promise fed)
        {
            if (node.HasValue)
            {
                stream.Consume(node);
                stream.Source.MoveOn(node, 1);
            }
            stream.Source.Holders--;
            return new(default(TUnit)!);
        }
    }

    /// <summary>Discards several elements, which it waits for. OCaml: <c>Lwt_stream.njunk</c>.</summary>
    public static Promise<TUnit> Junk<T, TUnit>(PromiseStream<T> stream, int count)
    {
        Enter(stream);
        return count <= 0
            ? new(default(TUnit)!)
            : StreamWalk.From<T, TUnit, JunkCountVisitor<T, TUnit>>(stream, new(count));
    }

    private struct JunkCountVisitor<T, TUnit>(int left) : IVisitor<T, TUnit>
    {
        private int _left = left;

        public Promise<TUnit>? Visit(PromiseStream<T> stream, StreamNode<T> node)
        {
            stream.Consume(node);
            return --_left == 0 ? End() : null;
        }

        public readonly Promise<TUnit> End() => new(default(TUnit)!);
    }

    /// <summary>Discards elements up to the first that fails the test. OCaml: <c>Lwt_stream.junk_while</c>.</summary>
    public static Promise<TUnit> JunkWhile<T, TUnit, TTest>(PromiseStream<T> stream, TTest test)
        where TTest : IFunction<T, bool> =>
        StreamWalk.From<T, TUnit, JunkWhileVisitor<T, TUnit, TTest>>(Enter(stream), new(test));

    private readonly struct JunkWhileVisitor<T, TUnit, TTest>(TTest test) : IVisitor<T, TUnit>
        where TTest : IFunction<T, bool>
    {
        public Promise<TUnit>? Visit(PromiseStream<T> stream, StreamNode<T> node)
        {
            if (!test.Invoke(node.Value))
                return End();
            stream.Consume(node);
            return null;
        }

        public Promise<TUnit> End() => new(default(TUnit)!);
    }

    /// <summary>Like <c>JunkWhile</c>, but waits for each answer. OCaml: <c>Lwt_stream.junk_while_s</c>.</summary>
    public static Promise<TUnit> JunkWhileAwait<T, TUnit, TTest>(PromiseStream<T> stream, TTest test)
        where TTest : IFunction<T, Promise<bool>> =>
        StreamWalk.FromAwait<T, bool, TUnit, JunkWhileAwaitVisitor<T, TUnit, TTest>>(Enter(stream), new(test));

    private readonly struct JunkWhileAwaitVisitor<T, TUnit, TTest>(TTest test) : IAwaitVisitor<T, bool, TUnit>
        where TTest : IFunction<T, Promise<bool>>
    {
        public Promise<bool> Ask(PromiseStream<T> stream, StreamNode<T> node) => test.Invoke(node.Value);

        public Promise<TUnit>? Visit(PromiseStream<T> stream, StreamNode<T> node, Promise<bool> answer)
        {
            if (!answer.Result)
                return End();
            stream.Consume(node);
            return null;
        }

        public Promise<TUnit> End() => new(default(TUnit)!);
    }
}
