namespace Lwt.Core;

/// <summary>
/// Reads lines from a blocking reader, such as standard input, as promises. A background thread reads, and only while a
/// promise waits for a line. OCaml: <c>Lwt_io.stdin</c>.
/// </summary>
/// <remarks>
/// Lines go to the promises in the order of the calls, on whatever loops these are. A promise gets its line on its own
/// loop, where it can also be cancelled, so a cancelled promise leaves its line to the next.
/// </remarks>
public sealed class ConsoleInput
{
    // Invariants, under the gate: a line stays in the queue only while no promise waits for it or while the loop of the
    // first promise has been notified; the thread never reads more lines than promises have asked for.

    private readonly object _gate = new();
    private readonly Func<TextReader> _source;
    private readonly OnDemandThread _thread;

    // All three under the gate. A null line in the queue means the end of input.
    private readonly Queue<Promise<string?>> _lines = new();
    private readonly LinkedList<Reader> _readers = new();
    private bool _reading;

    /// <summary>Reads from the reader that <paramref name="source"/> returns.</summary>
    /// <param name="source">Called before each line, on the background thread.</param>
    public ConsoleInput(Func<TextReader> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        _thread = new OnDemandThread("Lwt console input", _gate, TakeWork);
    }

    /// <summary>Standard input. Each line is read from <see cref="Console.In"/> as it is at that time.</summary>
    public static ConsoleInput Standard { get; } = new(() => Console.In);

    /// <summary>
    /// Returns a cancelable promise for the next line, without its line break, or for null at the end of input. An
    /// exception of the reader rejects it. Its callbacks run on this thread's loop. OCaml: <c>Lwt_io.read_line_opt</c>.
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

    /// <summary>Posts to the loop of the first waiting promise to take its line.</summary>
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
            // The loop was disposed just now. From here on its promises are skipped.
            TellFirstReader();
        }
    }

    /// <summary>Gives a line to the first waiting promise, if it belongs to this loop; runs on the loop.</summary>
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
            // Before the callbacks run, which may take long.
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

        // Null once the promise has its line or was cancelled.
        internal LinkedListNode<Reader>? Place;

        internal override void OnCanceled(Driver driver) => input.Withdraw(this);

        internal override void DescribeWait(WaitReport report) =>
            report.On("a line of console input (ConsoleInput, F#: Lwt_io.read_line)");
    }
}
