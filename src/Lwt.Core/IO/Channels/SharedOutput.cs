namespace Lwt.Core;

/// <summary>
/// Bytes into a call that blocks, such as a write to standard output, from the channels of all loops: a buffer that a
/// background thread writes out, in order, so that a slow terminal or pipe does not block a loop.
/// </summary>
internal sealed class SharedOutput : ByteSink
{
    // Invariants, under the gate: _accepted - _written is the number of bytes in the buffer and in the current write of the
    // thread, at most Capacity; flushes wait in the order of their places.

    private const int Capacity = 64 * 1024;

    private readonly object _gate = new();
    private readonly Func<TextWriter?> _target;
    private readonly OutputTargets _targets;
    private readonly OnDemandThread _thread;

    // All under the gate. _writing: whether the thread is in a write. _error: one that nobody was told of yet.
    private byte[] _bytes = [];
    private byte[] _spare = [];
    private int _count;
    private List<OutputRun> _runs = [];
    private readonly Queue<(long Place, Action<Exception?> Resolve)> _flushes = new();
    private readonly LinkedList<Writer> _writers = new();
    private long _accepted;
    private long _written;
    private bool _writing;
    private Exception? _error;

    /// <summary>Writes to a writer, or to a stream.</summary>
    /// <param name="target">Called at each write, on the loop's thread: where the bytes are to go; null for the stream.</param>
    /// <param name="open">Opens the stream, on the background thread.</param>
    internal SharedOutput(Func<TextWriter?> target, Func<Stream> open)
    {
        _target = target;
        _targets = new(open);
        _thread = new OnDemandThread("Lwt console output", _gate, TakeWork);
    }

    internal override bool IsBuffer => true;

    internal override bool HasFailed => Volatile.Read(ref _error) is not null;

    private int Room => Capacity - (int)(_accepted - _written);

    internal override Promise<int> Write(ReadOnlyMemory<byte> buffer)
    {
        var driver = Driver.Current;
        lock (_gate)
        {
            if (TakeError() is { } error)
                return new(error);
            if (Accept(buffer.Span) is > 0 and var count)
                return Lengths.Of(count);
            var writer = new Writer(driver, this, buffer);
            writer.Place = _writers.AddLast(writer);
            driver.Loop.Owe();
            return writer;
        }
    }

    /// <summary>Fulfilled when all that was accepted is written.</summary>
    internal override Promise Flush()
    {
        lock (_gate)
        {
            if (TakeError() is { } error)
                return new Promise<Unit>(error);
            if (_accepted == _written)
                return Completed<Unit>.Default;
            var resolver = new ThreadSafeResolver<Unit>(
                Driver.Current,
                "console output that is to be written (OutputChannel, F#: Lwt_io.flush)"
            );
            _flushes.Enqueue(
                (_accepted, error => _ = error is null ? resolver.TryFulfill(default) : resolver.TryReject(error))
            );
            return resolver.Promise;
        }
    }

    /// <summary>Blocks until all that was accepted is written.</summary>
    internal void FlushNow()
    {
        if (Volatile.Read(ref _accepted) == Volatile.Read(ref _written))
            return;
        lock (_gate)
        {
            while (_accepted != _written)
                Monitor.Wait(_gate);
        }
    }

    /// <summary>
    /// Blocks until there is room for a write of this loop that waits, and fulfills it; false if none waits. For a loop that
    /// does not run.
    /// </summary>
    internal bool ServeHere(EventLoop loop)
    {
        lock (_gate)
        {
            if (WriterOf(loop) is null)
                return false;
            while (Room == 0 && _error is null)
                Monitor.Wait(_gate);
        }
        Deliver(loop);
        return true;
    }

    private int Accept(ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(bytes.Length, Room);
        if (count == 0)
            return 0;
        if (_bytes.Length < _count + count)
            Array.Resize(ref _bytes, Math.Min(Capacity, Math.Max(_count + count, 2 * _bytes.Length)));
        bytes[..count].CopyTo(_bytes.AsSpan(_count));
        _count += count;
        _accepted += count;
        var target = _target();
        if (_runs.Count > 0 && _runs[^1].Target == target)
            _runs[^1] = new(target, _count);
        else
            _runs.Add(new(target, _count));
        if (!_writing)
            _thread.Wake();
        return count;
    }

    private Exception? TakeError()
    {
        var error = _error;
        _error = null;
        return error;
    }

    private Action? TakeWork()
    {
        if (_count == 0)
            return null;
        var (bytes, count, runs) = (_bytes, _count, _runs);
        (_bytes, _spare, _count, _runs) = (_spare, [], 0, []);
        _writing = true;
        return () => WriteOut(bytes, count, runs);
    }

    private void WriteOut(byte[] bytes, int count, List<OutputRun> runs)
    {
        var error = _targets.Write(bytes, runs);
        var flushed = new List<Action<Exception?>>();
        lock (_gate)
        {
            _writing = false;
            _spare = bytes;
            _written += count;
            while (_flushes.TryPeek(out var first) && first.Place <= _written)
                flushed.Add(_flushes.Dequeue().Resolve);
            if (flushed.Count == 0)
                _error ??= error;
            TellWriters();
            Monitor.PulseAll(_gate);
        }
        foreach (var resolve in flushed)
            resolve(error);
    }

    /// <summary>Posts to the loops of all writes that wait: there is room, for those that come first.</summary>
    private void TellWriters()
    {
        for (var place = _writers.First; place is not null; )
        {
            var writer = place.Value;
            place = place.Next;
            if (writer.Loop.IsDisposed)
            {
                _writers.Remove(writer.Place!);
                writer.Place = null;
                continue;
            }
            writer.Loop.Owe();
            writer.Loop.PostOwed(() => Deliver(writer.Loop));
        }
    }

    /// <summary>Fulfills a write of this loop that waits, if there is room; runs on the loop.</summary>
    private void Deliver(EventLoop loop)
    {
        Writer writer;
        Promise<int> outcome;
        lock (_gate)
        {
            if (WriterOf(loop) is not { } waiting)
                return;
            writer = waiting;
            if (TakeError() is { } error)
                outcome = new(error);
            else if (Accept(writer.Bytes.Span) is > 0 and var count)
                outcome = Lengths.Of(count);
            else
                return;
            Remove(writer);
        }
        if (writer.Underlying() is { State: Promise.Pending } promise)
            loop.Driver.Run(Outcome.Copy(promise, outcome));
    }

    private Writer? WriterOf(EventLoop loop)
    {
        foreach (var writer in _writers)
            if (writer.Loop == loop)
                return writer;
        return null;
    }

    private static void Remove(Writer writer)
    {
        if (writer.Place is not { } place)
            return;
        place.List!.Remove(place);
        writer.Place = null;
        writer.Loop.ReleaseOwed();
    }

    private void Withdraw(Writer writer)
    {
        lock (_gate)
            Remove(writer);
    }

    private sealed class Writer(Driver driver, SharedOutput output, ReadOnlyMemory<byte> bytes)
        : Promise<int>(driver, Cancelable | NotifiesCancel)
    {
        internal readonly EventLoop Loop = driver.Loop;
        internal readonly ReadOnlyMemory<byte> Bytes = bytes;

        // Null once the write has ended or was cancelled.
        internal LinkedListNode<Writer>? Place;

        internal override void OnCanceled(Driver driver) => output.Withdraw(this);

        internal override void DescribeWait(WaitReport report) =>
            report.On("room in the buffer of the console (OutputChannel, F#: Lwt_io)");
    }
}
