using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// The source of <c>combine</c>: pairs, up to the end of the shorter stream. Both are asked at the same time.
/// </summary>
internal sealed class CombineSource<TFirst, TSecond, T, TPair>(
    PromiseStream<TFirst> first,
    PromiseStream<TSecond> second,
    TPair pair
) : PulledSource<T>
    where TPair : IPairMaker<TFirst, TSecond, T>
{
    private protected override StreamOwner Origin => first.Source;

    private protected override StreamOwner SecondOrigin => second.Source;

    internal override Promise Release(bool close) =>
        Primitives.Join<Unit>([first.Release(close), second.Release(close)]);

    private protected override Promise Pull()
    {
        // Throws, if it does, before an element of the first stream is taken.
        second.Source.Enter();
        var a = Streams.Get(first);
        var b = Streams.Get(second);
        return Primitives.Bind<Maybe<T>, FirstStep>(a, new(b, pair));
    }

    private readonly struct FirstStep(Promise<Maybe<TSecond>> second, TPair pair) : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise first) =>
            Primitives.Bind<Maybe<T>, SecondStep>(second, new(Primitives.Value<Maybe<TFirst>>(first), pair));
    }

    private readonly struct SecondStep(Maybe<TFirst> first, TPair pair) : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise second) =>
            first.TryGetValue(out var a) && Primitives.Value<Maybe<TSecond>>(second).TryGetValue(out var b)
                ? new(new Maybe<T>(pair.Make(a, b)))
                : new(Maybe<T>.None);
    }
}
