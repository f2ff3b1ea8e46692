using System.Runtime.InteropServices;

namespace Lwt.Core;

public sealed partial class EventLoop
{
    // The signals that have handlers; null before the first.
    private Dictionary<PosixSignal, SignalSource>? _signals;

    /// <summary>
    /// Has the loop call <paramref name="handler"/> each time that the process receives a signal. The signal then does not do
    /// what it does by default, such as ending the process. OCaml: <c>Lwt_unix.on_signal</c>.
    /// </summary>
    /// <param name="signal">
    /// Which one: also a number of the system's, such as <c>(PosixSignal)10</c> for SIGUSR1 on Linux.
    /// </param>
    /// <param name="handler">
    /// Called on the loop's thread, in the iteration after the signal, with the signal. Its exception goes to the async
    /// exception hook (<see cref="AsyncExceptions"/>).
    /// </param>
    /// <returns>An object that removes the handler when it is disposed, on the loop's thread.</returns>
    /// <remarks>
    /// <para>
    /// A signal may have several handlers, on several loops too: all are called, those of one loop in the order in which they
    /// were added. Signals of one kind that come before the loop has called the handlers are one call.
    /// </para>
    /// <para>
    /// While it has a handler, a loop that has nothing else to do waits for the signal: it does not report that nothing can
    /// wake it. Disposing the loop removes its handlers. Once no loop has one, the signal does again what it does by default;
    /// so may one that came just before, for .NET tells of signals a moment later.
    /// </para>
    /// <para>
    /// A signal that was ignored when the process started, such as SIGHUP under nohup, stays ignored.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The signal cannot be handled (SIGKILL, SIGSTOP, SIGPIPE, those of faults such as SIGSEGV), or does not exist.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">The system has no such signal.</exception>
    /// <exception cref="InvalidOperationException">The loop is running on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
    /// <example>
    /// <code>
    /// using var reload = EventLoop.Current.OnSignal(PosixSignal.SIGHUP, _ => settings.Reload());
    /// </code>
    /// </example>
    public IDisposable OnSignal(PosixSignal signal, Action<PosixSignal> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckThread("EventLoop.OnSignal (F#: Lwt_unix.on_signal)");
        signal = SignalNumbers.Check(signal, nameof(signal));
        _signals ??= [];
        if (!_signals.TryGetValue(signal, out var source) || source.HasEnded)
            _signals[signal] = source = new(this, signal);
        return source.Add(handler);
    }

    /// <summary>How many handlers of signals the loop has.</summary>
    internal int SignalHandlerCount => _signals?.Values.Sum(source => source.Count) ?? 0;

    /// <summary>Tells the system anew of the loop's handlers of a signal, if it has any.</summary>
    internal void ReinstallSignalHandlers(PosixSignal signal)
    {
        CheckThread("Lwt_unix.reinstall_signal_handler");
        if (
            _signals?.TryGetValue(SignalNumbers.Check(signal, nameof(signal)), out var source) == true
            && !source.HasEnded
        )
            source.Reinstall();
    }

    /// <summary>Adds a post that was not announced; nothing if the loop is disposed. Any thread may call it.</summary>
    internal void PostUnlessDisposed(Action action)
    {
        _posting.Add(action);
        WakeUnlessDisposed();
    }

    private void RemoveSignalHandlers()
    {
        foreach (var source in _signals?.Values.AsEnumerable() ?? [])
            source.End();
    }
}
