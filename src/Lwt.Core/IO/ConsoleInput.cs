namespace Lwt.Core;

/// <summary>
/// The lines of a blocking reader, such as standard input, as promises: a background thread reads, and only when
/// somebody waits for a line. OCaml: <c>Lwt_io.stdin</c>.
/// </summary>
/// <remarks>
/// Lines go to readers in the order in which the readers came, on whatever loops they are. A line is given away on the
/// loop of its reader, where cancelling happens too, so that a cancelled reader leaves its line to the next.
/// Invariants, under the gate: a line stays queued only while no reader is there for it or while the loop of the first
/// reader has been told; what the thread has read or is reading never exceeds the readers there were.
/// </remarks>
public sealed class ConsoleInput
{
    private readonly object _gate = new();
    private readonly Func<TextReader> _source;
    private readonly OnDemandThread _thread;

    // All three under the gate. A queued line is null for the end of input.
    private readonly Queue<Promise<string?>> _lines = new();
    private readonly LinkedList<Reader> _readers = new();
    private bool _reading;

    /// <summary>Lines of what <paramref name="source"/> gives; it is asked before each line, on the reading thread.</summary>
    public ConsoleInput(Func<TextReader> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        _thread = new OnDemandThread("Lwt console input", _gate, TakeWork);
    }

    /// <summary>Standard input: whatever <see cref="Console.In"/> is when a line is read.</summary>
    public static ConsoleInput Standard { get; } = new(() => Console.In);

    /// <summary>
    /// A cancelable promise of the next line, without its end, or of null at the end of input; an error of the
    /// underlying reader rejects it. Its callbacks run on this thread's loop. OCaml: <c>Lwt_io.read_line_opt</c>.
    /// </summary>
    public Promise<string?> ReadLine()
    {
        var driver = Driver.Current;
        lock (_gate)
        {
            DropReadersOfDisposedLoops();
            if (_readers.Count == 0 && _lines.TryDequeue(out var line))
                return line;
            var reader = new Reader(driver, this);
            reader.Place = _readers.AddLast(reader);
            driver.Loop.Owe();
            _thread.Wake();
            return reader;
        }
    }

    private Action? TakeWork()
    {
        if (_reading || _lines.Count >= _readers.Count)
            return null;
        _reading = true;
        return ReadOne;
    }

    private void ReadOne()
    {
        Promise<string?> line;
        try
        {
            line = new Promise<string?>(_source().ReadLine());
        }
        catch (Exception e)
        {
            line = new Promise<string?>(e);
        }
        lock (_gate)
        {
            _reading = false;
            _lines.Enqueue(line);
            TellFirstReader();
        }
    }

    /// <summary>Has the loop of the first reader come and take its line.</summary>
    private void TellFirstReader()
    {
        DropReadersOfDisposedLoops();
        if (_lines.Count == 0 || _readers.First is not { } first)
            return;
        var loop = first.Value.Loop;
        loop.Owe();
        try
        {
            loop.PostOwed(() => Deliver(loop));
        }
        catch (ObjectDisposedException)
        {
            // Disposed of just now. Its readers are passed over from here on.
            TellFirstReader();
        }
    }

    /// <summary>Gives a line to the first reader, if that is one of this loop; runs on the loop.</summary>
    private void Deliver(EventLoop loop)
    {
        Reader reader;
        Promise<string?> line;
        lock (_gate)
        {
            if (_lines.Count == 0 || _readers.First is not { } first || first.Value.Loop != loop)
                return;
            line = _lines.Dequeue();
            reader = first.Value;
            Remove(reader);
            // Before the callbacks run, which may take their time.
            TellFirstReader();
        }
        if (reader.Underlying() is { State: Promise.Pending } promise)
            loop.Driver.Run(Outcome.Copy(promise, line));
    }

    private void Remove(Reader reader)
    {
        if (reader.Place is not { } place)
            return;
        _readers.Remove(place);
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

    private sealed class Reader(Driver driver, ConsoleInput input)
        : Promise<string?>(driver, Cancelable | NotifiesCancel)
    {
        internal readonly EventLoop Loop = driver.Loop;

        // Null once the reader has got its line or was cancelled.
        internal LinkedListNode<Reader>? Place;

        internal override void OnCanceled(Driver driver) => input.Withdraw(this);

        internal override string Describe() => "a line of console input";
    }
}
