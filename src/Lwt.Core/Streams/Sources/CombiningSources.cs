using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>The source of <c>combine</c>: pairs, to the end of the shorter stream. Both are asked at the same time.</summary>
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
        // Before the first one's element is taken.
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

/// <summary>
/// The source of <c>choose</c>: the elements of several streams as they come. Each stream is asked for one element ahead,
/// from the start.
/// </summary>
internal sealed class ChooseSource<T> : PulledSource<T>
{
    // In Lwt's order, which decides between streams that are ready: the one that last gave an element is first.
    private readonly List<Asked> _asked = [];

    internal ChooseSource(IEnumerable<PromiseStream<T>> streams)
    {
        foreach (var stream in streams)
            _asked.Add(Ask(stream));
    }

    internal override Promise Release(bool close)
    {
        var abandoned = new Promise[_asked.Count];
        for (var i = 0; i < abandoned.Length; i++)
            abandoned[i] = _asked[i].Stream.Release(close);
        return Primitives.Join<Unit>(abandoned);
    }

    private protected override Promise Pull()
    {
        while (_asked.Count > 0)
        {
            var answers = new Promise<Answer>[_asked.Count];
            for (var i = 0; i < answers.Length; i++)
                answers[i] = _asked[i].Answer;
            var first = Primitives.Choose<Answer>(answers).Underlying();
            if (first.State != Promise.Fulfilled)
                return Primitives.Bind<Maybe<T>, Chosen>(first, new(this));
            if (Take(first.Result) is { } element)
                return element;
        }
        return new Promise<Maybe<T>>(Maybe<T>.None);
    }

    private Promise<Maybe<T>>? Take(Answer answer)
    {
        // Asked for more first: where that raises, the answer stays, as in Lwt, and is given again.
        var more = answer.Element.HasValue ? Ask(answer.Stream) : default;
        _asked.RemoveAt(_asked.FindIndex(asked => ReferenceEquals(asked.Stream, answer.Stream)));
        if (!answer.Element.HasValue)
            return null;
        _asked.Insert(0, more);
        return new(answer.Element);
    }

    private static Asked Ask(PromiseStream<T> stream) =>
        new(stream, Primitives.Map<Answer, ToAnswer>(Streams.Get(stream), new(stream)));

    private readonly record struct Asked(PromiseStream<T> Stream, Promise<Answer> Answer);

    private readonly record struct Answer(PromiseStream<T> Stream, Maybe<T> Element);

    private readonly struct ToAnswer(PromiseStream<T> stream) : IPlainStep<Answer>
    {
        public Answer Invoke(Promise got) => new(stream, Primitives.Value<Maybe<T>>(got));
    }

    private readonly struct Chosen(ChooseSource<T> source) : IStep<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Promise chosen) =>
            source.Take(Primitives.Value<Answer>(chosen)) ?? Cast.To<Promise<Maybe<T>>>(source.Pull());
    }
}

/// <summary>The source of <c>wrap_exn</c>: the elements and the exceptions of a stream's source, as results.</summary>
internal sealed class ResultSource<TSource, T, TResults>(PromiseStream<TSource> stream, TResults results)
    : PulledSource<T>
    where TResults : IResults<TSource, T>
{
    private protected override StreamOwner Origin => stream.Source;

    internal override Promise Release(bool close) => stream.Release(close);

    private protected override Promise Pull()
    {
        stream.Source.Holders++;
        return Next(stream.Node);
    }

    private Promise<Maybe<T>> Next(StreamNode<TSource> node)
    {
        if (ReferenceEquals(node, stream.Source.Last))
            return Primitives.TryBind<Unit, Maybe<T>, Waiting, Waiting, Failed>(
                new(this, node),
                new(this, node),
                new(this)
            );
        stream.Source.Holders--;
        if (!node.HasValue)
            return new(Maybe<T>.None);
        stream.Consume(node);
        stream.Source.MoveOn(node, 0);
        return new(new Maybe<T>(results.Ok(node.Value)));
    }

    private readonly struct Waiting(ResultSource<TSource, T, TResults> source, StreamNode<TSource> node)
        : IBody<Unit>,
            IStep<Maybe<T>>
    {
        public Promise<Unit> Invoke() => source.Stream.Source.Feed();

        public Promise<Maybe<T>> Invoke(Promise fed) => source.Next(node);
    }

    private readonly struct Failed(ResultSource<TSource, T, TResults> source) : IHandler<Maybe<T>>
    {
        public Promise<Maybe<T>> Invoke(Exception reason) => source.Fail(reason);
    }

    private Promise<Maybe<T>> Fail(Exception reason)
    {
        stream.Source.Holders--;
        return new(new Maybe<T>(results.Error(reason)));
    }

    private PromiseStream<TSource> Stream => stream;
}
