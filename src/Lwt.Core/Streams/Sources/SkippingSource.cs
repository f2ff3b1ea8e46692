using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>What a source picks of the elements of another stream; a struct.</summary>
internal interface IPicker<TSource, T, TSelf>
    where TSelf : struct, IPicker<TSource, T, TSelf>
{
    /// <summary>
    /// Looks at an element of the other stream. Returns the promise of an element of this stream, or null to skip.
    /// </summary>
    /// <param name="element">The element.</param>
    /// <param name="got">The fulfilled promise that holds it.</param>
    /// <param name="source">The source that calls.</param>
    Promise<Maybe<T>>? Pick(TSource element, Promise<Maybe<TSource>> got, SkippingSource<TSource, T, TSelf> source);
}

/// <summary>The source of a stream that may skip elements of the stream that it is made of.</summary>
/// <remarks>
/// Where Lwt recurs, this loops as long as elements are there: a million elements may be skipped.
/// </remarks>
internal class SkippingSource<TSource, T, TPicker>(PromiseStream<TSource> stream, TPicker picker)
    : StreamOfStream<TSource, T>(stream)
    where TPicker : struct, IPicker<TSource, T, TPicker>
{
    internal TPicker Picker => picker;

    private protected override Promise Pull() => PickNext();

    /// <summary>Reads the other stream up to the next element that is not skipped.</summary>
    internal Promise<Maybe<T>> PickNext() => PickFrom(GetNext());

    private Promise<Maybe<T>> PickFrom(Promise<Maybe<TSource>> got)
    {
        for (; ; got = GetNext())
        {
            var settled = got.Underlying();
            if (settled.State != Promise.Fulfilled)
                return Primitives.Bind<Maybe<T>, Got>(settled, new(this));
            if (!settled.Result.TryGetValue(out var element))
                return AtEnd;
            if (picker.Pick(element, settled, this) is { } picked)
                return picked;
        }
    }

    private readonly struct Got(SkippingSource<TSource, T, TPicker> source) : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise got) => source.PickFrom(Cast.To<Promise<Maybe<TSource>>>(got));
    }
}
