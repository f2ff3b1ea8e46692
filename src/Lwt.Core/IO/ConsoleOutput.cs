namespace Lwt.Core;

/// <summary>
/// A buffer in front of a blocking writer, such as standard output, that a background thread empties in the order of
/// the writes: a slow terminal or pipe does not block the loop. OCaml: <c>Lwt_io.stdout</c>.
/// </summary>
/// <remarks>
/// Standard output and error are flushed at the end of each run of a loop and at the end of the process.
/// Invariants, under the gate: <c>_accepted - _written</c> is the number of characters in the buffer and in the hands
/// of the thread; those who wait stand in the order of their places.
/// </remarks>
public sealed class ConsoleOutput
{
    // Lwt's own buffer holds 4096 bytes; this one is larger, for its way to the system is longer.
    private const int Capacity = 64 * 1024;

    private readonly object _gate = new();
    private readonly Func<TextWriter> _target;
    private readonly OnDemandThread _thread;

    // All under the gate. _writing: whether the thread is in a write. _error: one that nobody has been told of yet.
    private List<(TextWriter Target, string Text)> _buffer = [];
    private readonly Queue<(long Place, Action<Exception?> Resolve)> _waiting = new();
    private long _accepted;
    private long _written;
    private bool _writing;
    private Exception? _error;

    static ConsoleOutput()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => FlushStandard();
        // A process that dies of an exception runs neither the hooks of its exit nor, perhaps, the end of the loop's run.
        AppDomain.CurrentDomain.UnhandledException += (_, _) => FlushStandard();
    }

    /// <summary>Writes to what <paramref name="target"/> gives; it is asked at each write, by the writer.</summary>
    public ConsoleOutput(Func<TextWriter> target)
    {
        ArgumentNullException.ThrowIfNull(target);
        _target = target;
        _thread = new OnDemandThread("Lwt console output", _gate, TakeWork);
    }

    /// <summary>Standard output: whatever <see cref="Console.Out"/> is at each write.</summary>
    public static ConsoleOutput Standard { get; } = new(() => Console.Out);

    /// <summary>Standard error: whatever <see cref="Console.Error"/> is at each write.</summary>
    public static ConsoleOutput Error { get; } = new(() => Console.Error);

    /// <summary>
    /// Writes a text. The promise is fulfilled already while the buffer has room; else it is fulfilled when the text
    /// is out, so that a loop that waits for it cannot run ahead of a slow reader. Rejected with the error of an
    /// earlier write that nobody waited for. Any thread may write. OCaml: <c>Lwt_io.write</c>.
    /// </summary>
    public Promise Write(string text) => Write<Unit>(text);

    /// <summary>As <see cref="Write(string)"/>, with a line feed after the text. OCaml: <c>Lwt_io.write_line</c>.</summary>
    public Promise WriteLine(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Write<Unit>(text + "\n");
    }

    /// <summary>
    /// A promise fulfilled when all that was written so far is out, or rejected with the error that came of it.
    /// OCaml: <c>Lwt_io.flush</c>.
    /// </summary>
    public Promise Flush() => Flush<Unit>();

    internal Promise<TUnit> Write<TUnit>(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        lock (_gate)
        {
            if (TakeError() is { } error)
                return new Promise<TUnit>(error);
            if (text.Length > 0)
            {
                _buffer.Add((_target(), text));
                _accepted += text.Length;
                if (!_writing)
                    _thread.Wake();
            }
            return _accepted - _written <= Capacity ? Completed<TUnit>.Default : WhenWritten<TUnit>();
        }
    }

    internal Promise<TUnit> Flush<TUnit>()
    {
        lock (_gate)
        {
            if (TakeError() is { } error)
                return new Promise<TUnit>(error);
            return _accepted == _written ? Completed<TUnit>.Default : WhenWritten<TUnit>();
        }
    }

    /// <summary>Blocks until all that was written to standard output and error is out.</summary>
    internal static void FlushStandard()
    {
        Standard.FlushNow();
        Error.FlushNow();
    }

    private void FlushNow()
    {
        if (Volatile.Read(ref _accepted) == Volatile.Read(ref _written))
            return;
        lock (_gate)
        {
            while (_accepted != _written)
                Monitor.Wait(_gate);
        }
    }

    private Exception? TakeError()
    {
        var error = _error;
        _error = null;
        return error;
    }

    private Promise<TUnit> WhenWritten<TUnit>()
    {
        var (promise, resolver) = Promise.CreateThreadSafe<TUnit>();
        _waiting.Enqueue(
            (_accepted, error => _ = error is null ? resolver.TryFulfill(default!) : resolver.TryReject(error))
        );
        return promise;
    }

    private Action? TakeWork()
    {
        if (_buffer.Count == 0)
            return null;
        var batch = _buffer;
        _buffer = [];
        _writing = true;
        return () => WriteOut(batch);
    }

    private void WriteOut(List<(TextWriter Target, string Text)> batch)
    {
        var length = batch.Sum(item => (long)item.Text.Length);
        Exception? error = null;
        for (var i = 0; i < batch.Count; )
        {
            // One call for all that goes to one writer in a row.
            var target = batch[i].Target;
            var run = batch.Skip(i).TakeWhile(item => item.Target == target).Select(item => item.Text).ToArray();
            i += run.Length;
            try
            {
                target.Write(string.Concat(run));
                target.Flush();
            }
            catch (Exception e)
            {
                error ??= e;
            }
        }
        Announce(length, error);
    }

    private void Announce(long length, Exception? error)
    {
        var resolved = new List<Action<Exception?>>();
        lock (_gate)
        {
            _writing = false;
            _written += length;
            while (_waiting.TryPeek(out var first) && first.Place <= _written)
                resolved.Add(_waiting.Dequeue().Resolve);
            if (resolved.Count == 0)
                _error ??= error;
            Monitor.PulseAll(_gate);
        }
        foreach (var resolve in resolved)
        {
            try
            {
                resolve(error);
            }
            catch (ObjectDisposedException)
            {
                // The loop that waited was disposed of just now.
            }
        }
    }
}
