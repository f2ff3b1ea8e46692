using System.Runtime.InteropServices;

namespace Lwt.Core;

/// <summary>One signal of the system, and the handlers that a loop has for it.</summary>
/// <remarks>
/// Signals come on threads of .NET's. The first has the loop post a call of the handlers; those that come before that call
/// begins are the same one, as the system itself keeps no more than one of a kind. Invariant: while there are handlers the
/// registration is there, and the loop counts one possible post for it.
/// </remarks>
internal sealed class SignalSource
{
    private readonly EventLoop _loop;
    private readonly PosixSignal _signal;
    private readonly List<SignalHandler> _handlers = [];
    private PosixSignalRegistration _registration;

    // 1 from a signal until the loop begins to call the handlers.
    private int _posted;
    private volatile bool _ended;

    /// <summary>Registers with the system, which may refuse.</summary>
    internal SignalSource(EventLoop loop, PosixSignal signal)
    {
        (_loop, _signal) = (loop, signal);
        _registration = PosixSignalRegistration.Create(signal, Receive);
        loop.AnnouncePossible();
    }

    internal int Count => _handlers.Count;

    internal bool HasEnded => _ended;

    internal SignalHandler Add(Action<PosixSignal> function)
    {
        var handler = new SignalHandler(_loop, this, function);
        _handlers.Add(handler);
        return handler;
    }

    /// <summary>Removes a handler; with the last one the signal does again what it does by default.</summary>
    internal void Remove(SignalHandler handler)
    {
        if (_handlers.Remove(handler) && _handlers.Count == 0)
            End();
    }

    internal void End()
    {
        if (_ended)
            return;
        _ended = true;
        _registration.Dispose();
        _loop.ReleasePossible();
    }

    /// <summary>Tells the system anew, in case that code outside of .NET has set a handler of its own.</summary>
    internal void Reinstall()
    {
        _registration.Dispose();
        _registration = PosixSignalRegistration.Create(_signal, Receive);
    }

    // On a thread of .NET's. Nobody would ever hear of it on a loop whose thread has ended. A signal that came while there were
    // handlers is theirs, also if they are gone by now: it does not do what it does by default.
    private void Receive(PosixSignalContext context)
    {
        if (!_ended && !_loop.Driver.Thread.IsAlive)
            return;
        context.Cancel = true;
        if (!_ended && Interlocked.Exchange(ref _posted, 1) == 0)
            _loop.PostUnlessDisposed(CallHandlers);
    }

    private void CallHandlers()
    {
        Volatile.Write(ref _posted, 0);
        // A handler that an earlier one removed is not called.
        foreach (var handler in _handlers.ToArray())
            if (_handlers.Contains(handler))
                Call(handler);
    }

    private void Call(SignalHandler handler)
    {
        try
        {
            handler.Function(_signal);
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            AsyncExceptions.Report(e, _loop.Driver);
        }
    }
}

/// <summary>A function that a loop calls for a signal, until it is disposed of.</summary>
internal sealed class SignalHandler(EventLoop loop, SignalSource source, Action<PosixSignal> function) : IDisposable
{
    internal Action<PosixSignal> Function => function;

    public void Dispose()
    {
        loop.CheckThread("Dispose of a handler of a signal (F#: Lwt_unix.disable_signal_handler)");
        source.Remove(this);
    }
}
