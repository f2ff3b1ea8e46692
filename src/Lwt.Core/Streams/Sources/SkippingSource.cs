using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>The source of a stream that may skip elements of the stream that it is made of.</summary>
/// <remarks>
/// Where Lwt recurs, this loops as long as elements are there: a million elements may be skipped.
/// </remarks>
internal abstract class SkippingSource<TSource, T>(PromiseStream<TSource> stream) : StreamOfStream<TSource, T>(stream)
{
    /// <summary>
    /// Looks at an element of the other stream. Returns the promise of this stream's element, or null to skip.
    /// </summary>
    /// <param name="element">The element.</param>
    /// <param name="got">The fulfilled promise that holds it.</param>
    private protected abstract Promise<Maybe<T>>? Pick(TSource element, Promise<Maybe<TSource>> got);

    private protected override Promise Pull() => PickNext();

    /// <summary>Reads the other stream up to the next element that is not skipped.</summary>
    private protected Promise<Maybe<T>> PickNext() => PickFrom(GetNext());

    private Promise<Maybe<T>> PickFrom(Promise<Maybe<TSource>> got)
    {
        for (; ; got = GetNext())
        {
            var settled = got.Underlying();
            if (settled.State != Promise.Fulfilled)
                return Primitives.Bind<Maybe<T>, Got>(settled, new(this));
            if (!settled.Result.TryGetValue(out var element))
                return AtEnd;
            if (Pick(element, settled) is { } picked)
                return picked;
        }
    }

    private readonly struct Got(SkippingSource<TSource, T> source) : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise got) => source.PickFrom(Cast.To<Promise<Maybe<TSource>>>(got));
    }
}
