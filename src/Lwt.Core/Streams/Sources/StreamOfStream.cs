using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>The source of a stream that is made of one other stream.</summary>
/// <remarks>
/// As in Lwt, each element is a get on the other stream at the time when it is asked for: nothing is read ahead.
/// </remarks>
internal abstract class StreamOfStream<TSource, T>(PromiseStream<TSource> stream) : PulledSource<T>
{
    private protected PromiseStream<TSource> Stream => stream;

    private protected Promise<Maybe<TSource>> GetNext() => Streams.Get(stream);

    private protected sealed override StreamOwner Origin => stream.Source;

    internal override Promise Release(bool close) => stream.Release(close);

    private protected static Promise<Maybe<T>> AtEnd { get; } = new(Maybe<T>.None);
}
