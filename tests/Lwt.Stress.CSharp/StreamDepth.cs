using Lwt.Core;

namespace Lwt.Stress.CSharp;

/// <summary>
/// Streams made of streams, as deep as you like: neither reading them nor giving them up may overflow the stack. Each case
/// throws when its outcome is wrong; they run on a loop of their own.
/// </summary>
public static class StreamDepth
{
    /// <summary>The cases, by name, each of a given depth.</summary>
    public static IReadOnlyList<(string Name, Action<int> Run)> Cases { get; } =
    [
        ("nested maps", n => Nest(n, n, static s => s.Map(static x => x + 1))),
        ("nested maps that wait", n => Nest(n, n, static s => s.MapAwait(static x => Promise.Return(x + 1)))),
        ("nested filters", n => Nest(n, 0, static s => s.Filter(static _ => true))),
        ("nested filters that wait", n => Nest(n, 0, static s => s.FilterAwait(static _ => Promise.Return(true)))),
        ("nested filter_maps", n => Nest(n, n, static s => s.FilterMap(static x => new Maybe<int>(x + 1)))),
        (
            "nested filter_maps that wait",
            n => Nest(n, n, static s => s.FilterMapAwait(static x => Promise.Return(new Maybe<int>(x + 1))))
        ),
        ("nested map_lists", n => Nest(n, 0, static s => s.MapMany(static x => new[] { x }))),
        ("nested wrap_exns", n => Nest(n, 0, static s => s.WrapExceptions().Map(static r => r.Element.Value))),
        ("nested combines", n => Nest(n, 0, static s => s.Combine(Zeros()).Map(static pair => pair.First))),
        ("combines nested in the second stream", n => Nest(n, 0, static s => Zeros().Combine(s).Map(p => p.Second))),
        ("appends nested in the first stream", n => Nest(n, 0, static s => s.Append(PromiseStream.Of<int>()))),
        ("appends nested in the second stream", n => Nest(n, 0, static s => PromiseStream.Of<int>().Append(s))),
        ("nested concats", n => Nest(n, 0, static s => PromiseStream.Of(s).Concat())),
        ("functions that read a stream of a function", n => Nest(n, 0, static s => PromiseStream.From(s.Get))),
        ("nested asynchronous sequences", n => Nest(n, 0, static s => PromiseStream.OfAsyncEnumerable(s))),
        ("an asynchronous sequence over nested maps", n => Read(n, PromiseStream.OfAsyncEnumerable(Maps(n)))),
        ("nested chooses", Chooses),
        ("appends of a tail to itself", n => Read(n, AppendTails(0, n))),
        ("concats of a tail to itself", n => Read(n, ConcatTails(0, n))),
        ("an append of appends, to its end", n => ReadAll(n / 100)),
        ("nested maps of a stream that is written to", Written),
        ("nested maps, to their end", n => ToEnd(Maps(n), n)),
        ("nested maps, cancelled", Cancel),
        ("dispose of nested maps, unread", n => Dispose(Maps(n))),
        ("dispose of appends that are in their second stream", n => Dispose(AppendTails(0, n), n)),
        ("leaving await foreach over appends in their second stream", n => Leave(AppendTails(0, n), n)),
        ("leaving await foreach over nested maps", n => Leave(Maps(n), n)),
        ("leaving await foreach over nested maps of an asynchronous sequence", LeaveSequence),
        (
            "leaving await foreach over nested asynchronous sequences",
            n => Leave(Nest(n, Bottom(), static s => PromiseStream.OfAsyncEnumerable(s)), 0)
        ),
    ];

    private static void Check(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException($"Wrong outcome: {what}.");
    }

    // The element 0, then the end.
    private static PromiseStream<int> Bottom() => PromiseStream.OfEnumerable([0]);

    private static PromiseStream<int> Zeros() => PromiseStream.FromDirect(static () => new Maybe<int>(0));

    private static PromiseStream<int> Nest(
        int n,
        PromiseStream<int> stream,
        Func<PromiseStream<int>, PromiseStream<int>> layer
    )
    {
        for (var i = 0; i < n; i++)
            stream = layer(stream);
        return stream;
    }

    private static PromiseStream<int> Maps(int n) => Nest(n, Bottom(), static s => s.Map(static x => x + 1));

    private static void Nest(int n, int first, Func<PromiseStream<int>, PromiseStream<int>> layer) =>
        Read(first, Nest(n, Bottom(), layer));

    /// <summary>Reads the first element, then what comes after, then gives the stream up.</summary>
    private static void Read(int first, PromiseStream<int> stream)
    {
        Check(EventLoop.Run(stream.Next()) == first, "the first element");
        Check(!EventLoop.Run(stream.Get()).HasValue, "an element too many");
        EventLoop.Run(stream.DisposeAsync());
    }

    private static void ToEnd(PromiseStream<int> stream, int element) =>
        Check(EventLoop.Run(stream.ToList()) is [var only] && only == element, "the elements");

    /// <summary>A stream whose tail is an append, whose tail is an append…</summary>
    private static PromiseStream<int> AppendTails(int i, int n) =>
        i == n ? PromiseStream.OfEnumerable([i]) : PromiseStream.Of<int>().Append(Later(() => AppendTails(i + 1, n)));

    private static PromiseStream<int> ConcatTails(int i, int n) =>
        i == n ? PromiseStream.OfEnumerable([i]) : PromiseStream.Of(Later(() => ConcatTails(i + 1, n))).Concat();

    /// <summary>A stream that is made when it is read.</summary>
    private static PromiseStream<int> Later(Func<PromiseStream<int>> make)
    {
        PromiseStream<int>? stream = null;
        return PromiseStream.From(() => (stream ??= make()).Get());
    }

    private static void ReadAll(int n)
    {
        // Each element passes through all appends before its own.
        var stream = Numbers(0);
        Check(EventLoop.Run(stream.Fold(0, static (count, x) => count == x ? count + 1 : -1)) == n, "the elements");

        PromiseStream<int> Numbers(int i) =>
            i == n ? PromiseStream.Of<int>() : PromiseStream.Of(i).Append(Later(() => Numbers(i + 1)));
    }

    private static void Chooses(int n)
    {
        var (written, push) = PromiseStream.Create<int>();
        var stream = Nest(n, written, static s => PromiseStream.Choose(s));
        var read = stream.ToList();
        push.Push(1);
        push.Push(2);
        push.Close();
        Check(EventLoop.Run(read) is [1, 2], "the elements");
    }

    private static void Written(int n)
    {
        var (written, push) = PromiseStream.Create<int>();
        var stream = Nest(n, written, static s => s.Map(static x => x + 1));
        var read = stream.Next();
        EventLoop.Run(Promise.Pause());
        push.Push(0);
        Check(EventLoop.Run(read) == n, "the element");
        EventLoop.Run(stream.DisposeAsync());
        Check(push.IsClosed, "the writer was not told");
    }

    private static void Cancel(int n)
    {
        var stream = Maps(n);
        var read = stream.Next();
        read.Cancel();
        Check(read.IsCanceled, "not canceled");
        // The question that is under way goes on, and the next reader has its answer.
        Check(EventLoop.Run(stream.Next()) == n, "the element");
    }

    private static void Dispose(PromiseStream<int> stream)
    {
        stream.Dispose();
        EventLoop.Run(Promise.Pause());
        Check(!EventLoop.Run(stream.Get()).HasValue, "an element of a stream that was given up");
    }

    private static void Dispose(PromiseStream<int> stream, int first)
    {
        Check(EventLoop.Run(stream.Next()) == first, "the first element");
        Dispose(stream);
    }

    private static void Leave(PromiseStream<int> stream, int first)
    {
        EventLoop.Run(async () =>
        {
            await foreach (var x in stream)
            {
                Check(x == first, "the first element");
                break;
            }
        });
        Check(!EventLoop.Run(stream.Get()).HasValue, "an element of a sequence that was released");
    }

    private static void LeaveSequence(int n)
    {
        var disposed = false;
        var stream = PromiseStream.OfAsyncEnumerable(Sequence());
        Leave(Nest(n, stream, static s => s.Map(static x => x + 1)), n);
        Check(disposed, "the sequence was not disposed of");

        async IAsyncEnumerable<int> Sequence()
        {
            try
            {
                await Task.Yield();
                yield return 0;
                yield return 0;
            }
            finally
            {
                disposed = true;
            }
        }
    }
}
