using System.ComponentModel;

namespace Lwt.Core.CompilerServices;

/// <summary>
/// The operations on streams, generic in functions, options and lists that are structs. Both fronts call them.
/// Programs use <see cref="PromiseStream{T}"/> in C# and the module <c>Lwt_stream</c> in F#.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class Streams
{
    /// <summary>A stream that calls a function for each element. OCaml: <c>Lwt_stream.from</c>.</summary>
    public static PromiseStream<T> From<T, TOption, TOptions, TPull>(TPull pull, TOptions options)
        where TOptions : IOptions<T, TOption>
        where TPull : IFunction<Unit, Promise<TOption>> =>
        new(new FromSource<T, TOption, TOptions, TPull>(pull, options));

    /// <summary>Like <c>From</c>, for a function that needs no promise. OCaml: <c>Lwt_stream.from_direct</c>.</summary>
    public static PromiseStream<T> FromDirect<T, TOption, TOptions, TPull>(TPull pull, TOptions options)
        where TOptions : IOptions<T, TOption>
        where TPull : IFunction<Unit, TOption> => new(new FromDirectSource<T, TOption, TOptions, TPull>(pull, options));

    /// <summary>
    /// Like <c>From</c>, for a function that reads another stream. Releasing this one releases that one.
    /// </summary>
    public static PromiseStream<T> FromStream<TSource, T, TPull>(PromiseStream<TSource> stream, TPull pull)
        where TPull : IFunction<PromiseStream<TSource>, Promise<Maybe<T>>> =>
        new(new FromStreamSource<TSource, T, TPull>(Check(stream), pull));

    /// <summary>
    /// Releases what a stream is made of, as leaving an <c>await foreach</c> does; a stream that is written to stays
    /// open.
    /// </summary>
    public static Promise Release<T>(PromiseStream<T> stream) => Check(stream).Release(close: false);

    /// <summary>
    /// A stream of the value of a promise, or of nothing if it is rejected. OCaml: <c>Lwt_stream.return_lwt</c>.
    /// </summary>
    public static PromiseStream<T> Return<T>(Promise<T> promise)
    {
        ArgumentNullException.ThrowIfNull(promise);
        var source = new PushSource<T>();
        var stream = new PromiseStream<T>(source);
        promise = promise.Underlying();
        if (promise.State == Promise.Pending)
        {
            // The loop of the promise writes to the stream.
            if (promise.Owner != source.Enter().Id)
                Errors.ThrowWrongLoop(promise);
            Primitives.FireAndForget<Unit, PushOne<T>, PushNone<T>>(new(promise, source), new(source));
        }
        else
            source.Fill(promise.State == Promise.Fulfilled ? [promise.Result] : []);
        return stream;
    }

    /// <summary>
    /// Writes an element, and waits while the queue is full. OCaml: <c>Lwt_stream.bounded_push#push</c>.
    /// </summary>
    /// <param name="push">The writing end.</param>
    /// <param name="value">The element.</param>
    /// <param name="done">The fulfilled promise to return when there is room.</param>
    public static Promise<TUnit> Push<T, TUnit>(BoundedPush<T> push, T value, Promise<TUnit> done) =>
        push.Source.Push(value, done);

    /// <summary>A stream that reads the same elements independently. OCaml: <c>Lwt_stream.clone</c>.</summary>
    public static PromiseStream<T> Clone<T>(PromiseStream<T> stream)
    {
        Enter(stream);
        RefuseBounded(stream, "clone");
        stream.Source.Holders++;
        return new(stream.Source, stream.Node);
    }

    /// <summary>Whether no more elements can come. OCaml: <c>Lwt_stream.is_closed</c>.</summary>
    public static bool IsClosed<T>(PromiseStream<T> stream) => Check(stream).Source.IsClosed;

    /// <summary>The promise that is fulfilled when the stream is closed. OCaml: <c>Lwt_stream.closed</c>.</summary>
    public static Promise<TUnit> Closed<T, TUnit>(PromiseStream<T> stream) => Check(stream).Source.WhenClosed<TUnit>();

    /// <summary>Calls a parser; if it fails, restores the stream. OCaml: <c>Lwt_stream.parse</c>.</summary>
    public static Promise<TResult> Parse<T, TResult, TParser>(PromiseStream<T> stream, TParser parser)
        where TParser : IFunction<PromiseStream<T>, Promise<TResult>>
    {
        Enter(stream);
        RefuseBounded(stream, "parse");
        stream.Source.Holders++;
        return Primitives.Catch<TResult, ParseBody<T, TResult, TParser>, ParseFailed<T, TResult>>(
            new(stream, parser),
            new(stream, stream.Node)
        );
    }

    private static PromiseStream<T> Check<T>(PromiseStream<T> stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return stream;
    }

    /// <summary>Called first by each operation that takes elements or changes the stream in another way.</summary>
    private static PromiseStream<T> Enter<T>(PromiseStream<T> stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Source.Enter();
        return stream;
    }

    private static void RefuseBounded<T>(PromiseStream<T> stream, string call)
    {
        if (stream.Source.IsBounded)
            throw new ArgumentException(
                $"Lwt_stream.{call}: a bounded stream can have but one reader. Read it through a stream of its own "
                    + $"(map it with the identity), and {call} that.",
                nameof(stream)
            );
    }

    private readonly struct PushOne<T>(Promise<T> promise, PushSource<T> source) : IBody<Unit>, IStep<Unit>
    {
        public Promise<Unit> Invoke() => Primitives.Bind<Unit, PushOne<T>>(promise, this);

        public Promise<Unit> Invoke(Promise fulfilled)
        {
            source.Push(Primitives.Value<T>(fulfilled));
            source.End();
            return Completed<Unit>.Default;
        }
    }

    private readonly struct PushNone<T>(PushSource<T> source) : IFailureEffect
    {
        public void Invoke(Exception reason) => source.End();
    }

    private readonly struct ParseBody<T, TResult, TParser>(PromiseStream<T> stream, TParser parser) : IBody<TResult>
        where TParser : IFunction<PromiseStream<T>, Promise<TResult>>
    {
        public Promise<TResult> Invoke() => parser.Invoke(stream);
    }

    private readonly struct ParseFailed<T, TResult>(PromiseStream<T> stream, StreamNode<T> node) : IHandler<TResult>
    {
        public Promise<TResult> Invoke(Exception reason)
        {
            stream.Node = node;
            return new Promise<TResult>(reason);
        }
    }
}
