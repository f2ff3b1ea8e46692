using System.Runtime.InteropServices;

namespace Lwt.Core;

/// <summary>Waits for the next of some signals: a handler for each, until one of them comes.</summary>
internal sealed class SignalWait : Promise<PosixSignal>
{
    private readonly PosixSignal[] _signals;
    private readonly IDisposable?[] _handlers;

    private SignalWait(Driver driver, PosixSignal[] signals)
        : base(driver, Cancelable | NotifiesCancel) =>
        (_signals, _handlers) = (signals, new IDisposable[signals.Length]);

    internal static SignalWait Of(ReadOnlySpan<PosixSignal> signals)
    {
        var driver = Driver.Current;
        var next = new SignalWait(driver, signals.ToArray());
        try
        {
            for (var i = 0; i < signals.Length; i++)
                next._handlers[i] = driver.Loop.OnSignal(signals[i], signal => next.Come(signal, driver));
            return next;
        }
        catch
        {
            next.RemoveHandlers();
            throw;
        }
    }

    internal override void OnCanceled(Driver driver) => RemoveHandlers();

    internal override void DescribeWait(WaitReport report) =>
        report.On($"a signal, {string.Join(" or ", _signals.Select(SignalNumbers.Name))}");

    private void Come(PosixSignal signal, Driver driver)
    {
        RemoveHandlers();
        driver.Run(TakeOuter().FulfillWith(signal));
    }

    private void RemoveHandlers()
    {
        foreach (var handler in _handlers)
            handler?.Dispose();
    }
}
