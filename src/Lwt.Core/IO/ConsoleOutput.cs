namespace Lwt.Core;

/// <summary>
/// A buffer for a blocking writer, such as standard output. A background thread writes it out, in the order of the
/// writes, so a slow terminal or pipe does not block the loop. OCaml: <c>Lwt_io.stdout</c>.
/// </summary>
/// <remarks>
/// Standard output and error are flushed at the end of each run of a loop and at the end of the process.
/// </remarks>
public sealed class ConsoleOutput
{
    // Invariants, under the gate: _accepted - _written is the number of characters in the buffer and in the current
    // write of the thread; waiting promises are in the order of their places.

    // Lwt's buffer holds 4096 bytes; this one is larger because it takes longer to reach the system.
    private const int Capacity = 64 * 1024;

    private readonly object _gate = new();
    private readonly Func<TextWriter> _target;
    private readonly OnDemandThread _thread;

    // All under the gate. _writing: whether the thread is in a write. _error: one that has not been reported yet.
    private List<(TextWriter Target, string Text)> _buffer = [];
    private readonly Queue<(long Place, Action<Exception?> Resolve)> _waiting = new();
    private long _accepted;
    private long _written;
    private bool _writing;
    private Exception? _error;

    static ConsoleOutput()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => FlushStandard();
        // A process that ends with an unhandled exception runs no exit hooks and may not end the loop's run.
        AppDomain.CurrentDomain.UnhandledException += (_, _) => FlushStandard();
    }

    /// <summary>Writes to the writer that <paramref name="target"/> returns.</summary>
    /// <param name="target">Called at each write, on the thread that calls Write.</param>
    public ConsoleOutput(Func<TextWriter> target)
    {
        ArgumentNullException.ThrowIfNull(target);
        _target = target;
        _thread = new OnDemandThread("Lwt console output", _gate, TakeWork);
    }

    /// <summary>Standard output. Each text is written to <see cref="Console.Out"/> as it is at that time.</summary>
    public static ConsoleOutput Standard { get; } = new(() => Console.Out);

    /// <summary>Standard error. Each text is written to <see cref="Console.Error"/> as it is at that time.</summary>
    public static ConsoleOutput Error { get; } = new(() => Console.Error);

    /// <summary>Adds a text to the buffer. Any thread may call it. OCaml: <c>Lwt_io.write</c>.</summary>
    /// <returns>
    /// A promise that is already fulfilled while the buffer has room; otherwise it is fulfilled when the text is
    /// written, so that a loop that waits for it does not run ahead of a slow terminal. It is rejected with the
    /// exception of an earlier write, if that was not reported yet.
    /// </returns>
    public Promise Write(string text) => Write<Unit>(text);

    /// <summary>
    /// Adds a text and a line feed to the buffer, as <see cref="Write(string)"/> does. OCaml: <c>Lwt_io.write_line</c>.
    /// </summary>
    public Promise WriteLine(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Write<Unit>(text + "\n");
    }

    /// <summary>
    /// Returns a promise that is fulfilled when everything added so far is written, or rejected with the exception of a
    /// write. OCaml: <c>Lwt_io.flush</c>.
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

    /// <summary>Blocks until everything added to standard output and error is written.</summary>
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
        var resolver = new ThreadSafeResolver<TUnit>(
            Driver.Current,
            "console output that is to be written (ConsoleOutput, F#: Lwt_io)"
        );
        _waiting.Enqueue(
            (_accepted, error => _ = error is null ? resolver.TryFulfill(default!) : resolver.TryReject(error))
        );
        return resolver.Promise;
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
            // One call for consecutive texts to the same writer.
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
                // The waiting loop was disposed just now.
            }
        }
    }
}
