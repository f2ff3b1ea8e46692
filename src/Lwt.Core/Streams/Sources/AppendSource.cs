using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>The source of <c>append</c>: the first stream up to its end, then the second.</summary>
internal sealed class AppendSource<T>(PromiseStream<T> first, PromiseStream<T> second) : PulledSource<T>
{
    private PromiseStream<T> _current = first;

    private protected override StreamOwner Origin => _current.Source;

    private protected override StreamOwner SecondOrigin => second.Source;

    // When the second stream is the current one, the first is at its end.
    internal override Promise Release(bool close) =>
        ReferenceEquals(_current, second)
            ? second.Release(close)
            : Primitives.Join<Unit>([_current.Release(close), second.Release(close)]);

    private protected override Promise Pull() => Next(Streams.Get(_current));

    private Promise<Maybe<T>> Next(Promise<Maybe<T>> got)
    {
        while (true)
        {
            var settled = got.Underlying();
            if (settled.State != Promise.Fulfilled)
                return Primitives.Bind<Maybe<T>, Step>(settled, new(this));
            if (settled.Result.HasValue || ReferenceEquals(_current, second))
                return settled;
            _current = second;
            got = Streams.Get(_current);
        }
    }

    private readonly struct Step(AppendSource<T> source) : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise got) => source.Next(Cast.To<Promise<Maybe<T>>>(got));
    }
}
