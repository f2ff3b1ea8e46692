using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// The source of <c>choose</c>: the elements of several streams in the order in which they come. Each stream is asked
/// for one element ahead, from the start.
/// </summary>
internal sealed class ChooseSource<T> : PulledSource<T>
{
    // In Lwt's order, which decides between streams that are ready: the one whose element was returned last is first.
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
        // Asks for more first: if that throws, the answer stays, as in Lwt, and is returned again.
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
