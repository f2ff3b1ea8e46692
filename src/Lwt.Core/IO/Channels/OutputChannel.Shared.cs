namespace Lwt.Core;

// Channels that belong to no loop: each loop has one of its own on the end that they share.
public sealed partial class OutputChannel
{
    /// <summary>
    /// Standard output, for all loops: a buffer that a background thread writes out, in the order of the writes, so that a
    /// slow terminal or pipe does not block a loop. It is written out when a run of a loop ends, and when the process does. It
    /// follows <see cref="Console.SetOut"/>. Closing it closes it for this loop. OCaml: <c>Lwt_io.stdout</c>.
    /// </summary>
    public static OutputChannel StandardOutput => StandardEnds.Output;

    /// <summary>Standard error, as <see cref="StandardOutput"/>. OCaml: <c>Lwt_io.stderr</c>.</summary>
    public static OutputChannel StandardError => StandardEnds.Error;

    /// <summary>
    /// A channel, for all loops, on a writer whose calls block, as that of a console does: a background thread calls it.
    /// </summary>
    /// <param name="target">Returns the writer; called at each write, on the loop's thread.</param>
    public static OutputChannel Of(Func<TextWriter> target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new(new SharedOutput(target, static () => Stream.Null));
    }

    internal OutputChannel(ByteSink shared)
        : this(shared, null) => State = Shared;

    /// <summary>This loop's own channel for one that belongs to none; else this one.</summary>
    private OutputChannel Here => State == Shared ? Driver.Current.Loop.Shared.Of(_buffer.Sink) : this;

    private protected override Channel FindLocal() => Here;

    /// <summary>Writes all out that operations have written or are writing, and blocks meanwhile. The loop does not run.</summary>
    internal void WriteOut(SharedOutput sink, EventLoop loop)
    {
        if (HasUnwritten)
        {
            var drained = Drain();
            while (drained.IsPending && sink.ServeHere(loop)) { }
            // An atomic block has the channel, which waits for something else.
            drained.Cancel();
        }
        sink.FlushNow();
    }

    private Promise<Unit> Drain() =>
        Alone(
            static async (channel, _) =>
            {
                await channel.DrainAll(0);
                return default(Unit);
            },
            0
        );

    /// <summary>Passes on at once what is in the buffer, to an end that is a buffer of its own.</summary>
    private void PassOn()
    {
        if (_buffer.Sink.HasFailed)
            // The next write that needs room is told, or the next flush.
            _flushFailed = true;
        else
            FlushInTurn();
    }
}
