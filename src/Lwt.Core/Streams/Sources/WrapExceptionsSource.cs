using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>The source of <c>wrap_exn</c>: results, elements or exceptions of a stream's source.</summary>
internal sealed class WrapExceptionsSource<TSource, T, TResults>(PromiseStream<TSource> stream, TResults results)
    : StreamOfStream<TSource, T>(stream)
    where TResults : IResults<TSource, T>
{
    private protected override Promise Pull()
    {
        Stream.Source.Holders++;
        return Next(Stream.Node);
    }

    private Promise<Maybe<T>> Next(StreamNode<TSource> node)
    {
        if (ReferenceEquals(node, Stream.Source.Last))
            return Primitives.TryBind<Unit, Maybe<T>, Waiting, Waiting, Failed>(
                new(this, node),
                new(this, node),
                new(this)
            );
        Stream.Source.Holders--;
        if (!node.HasValue)
            return AtEnd;
        Stream.Consume(node);
        Stream.Source.MoveOn(node, 0);
        return new(new Maybe<T>(results.Ok(node.Value)));
    }

    private readonly struct Waiting(WrapExceptionsSource<TSource, T, TResults> source, StreamNode<TSource> node)
        : IBody<Unit>,
            IStep<Maybe<T>>
    {
        public Promise<Unit> Invoke() => source.Stream.Source.Feed();

        public Promise<Maybe<T>> Invoke(Promise fed) => source.Next(node);
    }

    private readonly struct Failed(WrapExceptionsSource<TSource, T, TResults> source) : IHandler<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Exception reason) => source.Fail(reason);
    }

    private Promise<Maybe<T>> Fail(Exception reason)
    {
        Stream.Source.Holders--;
        return new(new Maybe<T>(results.Error(reason)));
    }
}
