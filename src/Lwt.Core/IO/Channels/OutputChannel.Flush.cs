namespace Lwt.Core;

// The flush that a write starts by itself. OCaml: auto_flush in lwt_io.ml. All of it is about the channel itself, not about
// those that its blocks were given.
public sealed partial class OutputChannel
{
    // Whether the next turn of the flush looks here.
    private bool _isScheduled;

    // Whether the last flush by itself failed: it is not tried again until something more is written.
    private bool _flushFailed;

    /// <summary>The place among the loop's channels with something to write; -1 for none.</summary>
    internal int PlaceInLoop { get; set; } = -1;

    /// <summary>
    /// Writes out all of the channels of this thread's loop that have something in their buffers, and waits for that. A channel
    /// that fails does not keep the others from it. OCaml: <c>Lwt_io.flush_all</c>.
    /// </summary>
    public static Promise FlushAll() => FlushAll<Unit>();

    internal static Promise<TUnit> FlushAll<TUnit>() => Driver.Current.Loop.Unflushed.FlushAll<TUnit>();

    private protected override void BecameIdle()
    {
        if (!_buffer.IsDirty || _root._flushFailed)
            _root.Delist();
        else if (!_root._isScheduled)
            _root.Schedule();
    }

    private void Schedule()
    {
        _flushFailed = false;
        if (!_buffer.IsDirty)
            return;
        if (_buffer.Sink.IsBuffer)
        {
            PassOn();
            return;
        }
        _isScheduled = true;
        Driver.Current.Loop.Unflushed.Schedule(this);
    }

    private void Enlist() => Driver.Current.Loop.Unflushed.Add(this);

    private void Delist()
    {
        if (PlaceInLoop >= 0)
            Driver.Current.Loop.Unflushed.Remove(this);
    }

    /// <summary>
    /// In a later iteration: writes out what is there, unless an operation has the channel, which then starts another flush.
    /// </summary>
    internal void FlushInTurn()
    {
        _isScheduled = false;
        var channel = (OutputChannel)Innermost;
        if (channel.State != Idle || !_buffer.IsDirty)
            return;
        channel.State = Busy;
        channel.FlushTaken();
    }

    /// <summary>Flushes without an object as long as the sink takes all at once.</summary>
    private void FlushTaken()
    {
        try
        {
            while (_buffer.IsDirty)
            {
                var writing = _buffer.Drain().Underlying();
                if (writing.State != Promise.Fulfilled)
                {
                    _ = FlushRest(writing);
                    return;
                }
                _buffer.Drained(writing.Result);
            }
            if (!_buffer.Sink.IsBuffer && _buffer.FlushSink() is { IsFulfilled: false } flushing)
            {
                _ = FlushRest(null, flushing);
                return;
            }
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            _root._flushFailed = true;
        }
        Leave();
    }

    private async Promise FlushRest(Promise<int>? writing, Promise? flushing = null)
    {
        try
        {
            if (writing is not null)
            {
                _buffer.Drained(await writing);
                await DrainAll(0);
            }
            if (!_buffer.Sink.IsBuffer)
                await (flushing ?? _buffer.FlushSink());
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            // The bytes are in the buffer still: who flushes next meets the failure.
            _root._flushFailed = true;
        }
        finally
        {
            Leave();
        }
    }
}
