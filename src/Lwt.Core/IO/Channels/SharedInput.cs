namespace Lwt.Core;

/// <summary>
/// Bytes out of a call that blocks, such as a read of standard input, for the channels of all loops. A background thread
/// calls it, and only while a channel waits.
/// </summary>
/// <remarks>
/// Channels are served in the order of their reads. A channel takes its bytes on its own loop, where the read can also be
/// cancelled: so a read that is cancelled leaves them to the next. One read takes at most a line, so that a channel holds
/// little that others could want.
/// </remarks>
internal sealed class SharedInput : ByteSource
{
    // Invariants, under the gate: a piece stays in the list only while no read waits or while the loop of the first one has
    // been notified; the thread never reads more pieces than reads have asked for.

    private readonly object _gate = new();
    private readonly Func<byte[]> _read;
    private readonly OnDemandThread _thread;

    // All three under the gate. A piece without bytes is the end of input, or the failure of the call.
    private readonly LinkedList<Piece> _pieces = new();
    private readonly LinkedList<Reader> _readers = new();
    private bool _reading;

    /// <summary>Reads by a call that blocks.</summary>
    /// <param name="read">
    /// Called on the background thread; blocks until it has some bytes. None are the end of input. Of text it returns at most
    /// a line.
    /// </param>
    internal SharedInput(Func<byte[]> read)
    {
        _read = read;
        _thread = new OnDemandThread("Lwt console input", _gate, TakeWork);
    }

    internal override Promise<int> Read(Memory<byte> buffer)
    {
        var driver = Driver.Current;
        lock (_gate)
        {
            DropReadersOfDisposedLoops();
            if (_readers.Count == 0 && _pieces.Count > 0)
                return Take(buffer.Span);
            var reader = new Reader(driver, this, buffer);
            reader.Place = _readers.AddLast(reader);
            driver.Loop.Owe();
            _thread.Wake();
            return reader;
        }
    }

    /// <summary>Takes bytes back that a channel has read and its loop not used.</summary>
    internal void PutBack(byte[] bytes)
    {
        lock (_gate)
        {
            _pieces.AddFirst(new Piece(bytes, null));
            TellFirstReader();
        }
    }

    private Action? TakeWork()
    {
        if (_reading || _pieces.Count >= _readers.Count)
            return null;
        _reading = true;
        return ReadOne;
    }

    private void ReadOne()
    {
        Piece piece;
        try
        {
            piece = new(_read(), null);
        }
        catch (Exception e)
        {
            piece = new(default, e);
        }
        lock (_gate)
        {
            _reading = false;
            _pieces.AddLast(piece);
            TellFirstReader();
        }
    }

    /// <summary>Takes the first line of the first piece, or what there is room for.</summary>
    private Promise<int> Take(Span<byte> target)
    {
        var first = _pieces.First!;
        var (bytes, failure) = first.Value;
        var end = bytes.Span.IndexOf((byte)'\n');
        var count = Math.Min(target.Length, end < 0 ? bytes.Length : end + 1);
        bytes.Span[..count].CopyTo(target);
        if (count < bytes.Length)
            first.Value = new(bytes[count..], null);
        else
            _pieces.RemoveFirst();
        return failure is null ? Lengths.Of(count) : new(failure);
    }

    /// <summary>Posts to the loop of the first read that waits, which takes its bytes.</summary>
    private void TellFirstReader()
    {
        DropReadersOfDisposedLoops();
        if (_pieces.Count == 0 || _readers.First is not { } first)
            return;
        var loop = first.Value.Loop;
        loop.Owe();
        loop.PostOwed(() => Deliver(loop));
    }

    /// <summary>Serves the first read that waits, if it belongs to this loop; runs on the loop.</summary>
    private void Deliver(EventLoop loop)
    {
        Reader reader;
        Promise<int> outcome;
        lock (_gate)
        {
            if (_pieces.Count == 0 || _readers.First is not { } first || first.Value.Loop != loop)
                return;
            reader = first.Value;
            outcome = Take(reader.Target.Span);
            Remove(reader);
            // Before the callbacks run, which may take long.
            TellFirstReader();
        }
        if (reader.Underlying() is { State: Promise.Pending } promise)
            loop.Driver.Run(Outcome.Copy(promise, outcome));
    }

    private static void Remove(Reader reader)
    {
        if (reader.Place is not { } place)
            return;
        place.List!.Remove(place);
        reader.Place = null;
        reader.Loop.ReleaseOwed();
    }

    private void Withdraw(Reader reader)
    {
        lock (_gate)
        {
            Remove(reader);
            TellFirstReader();
        }
    }

    private void DropReadersOfDisposedLoops()
    {
        while (_readers.First is { Value: { Loop.IsDisposed: true } reader })
        {
            _readers.RemoveFirst();
            reader.Place = null;
        }
    }

    private readonly record struct Piece(ReadOnlyMemory<byte> Bytes, Exception? Failure);

    private sealed class Reader(Driver driver, SharedInput input, Memory<byte> target)
        : Promise<int>(driver, Cancelable | NotifiesCancel)
    {
        internal readonly EventLoop Loop = driver.Loop;
        internal readonly Memory<byte> Target = target;

        // Null once the read has its bytes or was cancelled.
        internal LinkedListNode<Reader>? Place;

        internal override void OnCanceled(Driver driver) => input.Withdraw(this);

        internal override void DescribeWait(WaitReport report) =>
            report.On("standard input (InputChannel, F#: Lwt_io.stdin)");
    }
}
