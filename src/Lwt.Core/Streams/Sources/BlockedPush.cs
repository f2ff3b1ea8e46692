namespace Lwt.Core;

internal interface IBlockedPush
{
    /// <summary>Called when the element is in the queue.</summary>
    void Admit();

    /// <summary>Called when the stream is closed.</summary>
    void Refuse(Exception reason);
}

/// <summary>
/// The promise of a push on a full stream. In Lwt there are two: a cancelable one that is woken, and a catch on it that
/// withdraws the element when it is cancelled. Here the first is made only when somebody cancels or forwards the
/// second.
/// </summary>
/// <remarks>
/// As in Lwt, this promise is resolved only when the callback of the first one runs: not before the end of the
/// resolution that wakes it and, when several promises are cancelled at once, not before its turn.
/// </remarks>
internal sealed class BlockedPush<T, TUnit> : Promise<TUnit>, IBlockedPush
{
    private readonly BoundedSource<T> _source;
    private Storage? _storage;

    // Null until it is needed; then the promise that is cancelled when this is, with this as its only callback.
    private Promise<TUnit>? _waiter;

    // Whether it is woken, and about to be resolved.
    private bool _woken;

    internal BlockedPush(BoundedSource<T> source, Driver driver)
        : base(driver, 0)
    {
        _source = source;
        _storage = driver.Storage;
    }

    internal override CancelLink CancelLink => _woken ? CancelLink.None : CancelLink.To(Waiter());

    public void Admit()
    {
        var driver = Driver.Current;
        // The loop on which it waits is gone.
        if (Owner != driver.Id)
            return;
        if (_waiter is { } waiter)
        {
            // If it was cancelled in this resolution, it is rejected; Lwt adds the element all the same.
            if (waiter.State == Pending)
                driver.RunLater(waiter.FulfillWithDefault());
            return;
        }
        _woken = true;
        if (driver.Depth == 0)
            driver.Run(TakeOuter().FulfillWithDefault());
        else
            driver.Defer(Completed<Unit>.Default, this);
    }

    public void Refuse(Exception reason)
    {
        var driver = Driver.Current;
        if (Owner != driver.Id)
            return;
        var waiter = Waiter();
        if (waiter.State == Pending)
            driver.RejectLater(waiter, reason);
    }

    internal override Promise? Run(Promise source, Driver driver)
    {
        if (source.State == Fulfilled)
            return TakeOuter().FulfillWithDefault();
        driver.Storage = _storage;
        _storage = null;
        _source.Withdraw(this);
        return TakeOuter().RejectWith(source.Reason);
    }

    internal override void DescribeWait(WaitReport report) => report.On(StreamRoom.Name);

    private Promise<TUnit> Waiter()
    {
        if (_waiter is null)
        {
            var driver = Driver.Current;
            _waiter = new Waiting<TUnit, StreamRoom>(driver, Cancelable);
            _waiter.Attach(this, driver);
        }
        return _waiter;
    }
}
