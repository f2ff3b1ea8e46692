namespace Lwt.Core.CompilerServices;

// The operations that throw elements away.

public static partial class Streams
{
    /// <summary>Junk.</summary>
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

    /// <summary>Njunk.</summary>
    public static Promise<TUnit> Junk<T, TUnit>(PromiseStream<T> stream, int count)
    {
        Enter(stream);
        return count <= 0 ? new(default(TUnit)!) : StreamWalk.From<T, TUnit, JunkVisitor<T, TUnit>>(stream, new(count));
    }

    private struct JunkVisitor<T, TUnit>(int left) : IVisitor<T, TUnit>
    {
        private int _left = left;

        public Promise<TUnit>? Visit(PromiseStream<T> stream, StreamNode<T> node)
        {
            stream.Consume(node);
            return --_left == 0 ? End() : null;
        }

        public readonly Promise<TUnit> End() => new(default(TUnit)!);
    }

    /// <summary>Junk_while.</summary>
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

    /// <summary>Junk_while_s.</summary>
    public static Promise<TUnit> JunkWhileAwait<T, TUnit, TTest>(PromiseStream<T> stream, TTest test)
        where TTest : IFunction<T, Promise<bool>> =>
        StreamWalk.FromAwait<T, bool, TUnit, JunkWhileEachVisitor<T, TUnit, TTest>>(Enter(stream), new(test));

    private readonly struct JunkWhileEachVisitor<T, TUnit, TTest>(TTest test) : IPromiseVisitor<T, bool, TUnit>
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
