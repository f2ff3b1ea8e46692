namespace Lwt.Core;

/// <summary>The promise of no_cancel: it follows its source, and cancelling it does nothing.</summary>
internal sealed class NoCancel<T> : Dependent<T>
{
    internal NoCancel(Promise<T> source, Driver driver)
        : base(driver) => source.Attach(this, driver);

    internal override Promise? Run(Promise source, Driver driver) => Outcome.Copy(this, source);
}

/// <summary>
/// The promise of protected: it follows its source. Cancelling it rejects only itself, and removes its callback from
/// the source.
/// </summary>
internal sealed class Protected<T> : Promise<T>, IRace
{
    private readonly Racer _racer;

    internal Protected(Promise<T> source, Driver driver)
        : base(driver, Cancelable | NotifiesCancel)
    {
        _racer = new Racer(this, source, null);
        source.Attach(_racer, driver);
    }

    internal override void OnCanceled(Driver driver) => _racer.Leave();

    public Promise? Won(Promise winner, Driver driver)
    {
        // If it was cancelled together with its source, it is already resolved.
        var promise = Underlying();
        return promise.State == Pending ? Outcome.Copy(promise, winner) : null;
    }
}

/// <summary>
/// Connects the promise of wrap_in_cancelable to its source: cancelling the promise cancels the source, and always
/// rejects the promise. This is the promise's cancel callback. On the source a <see cref="Racer"/> represents it, which
/// is removed when the promise is cancelled but the source cannot be.
/// </summary>
/// <remarks>
/// A callback on the source sets the storage in which it was attached, as Lwt's does, and the next callbacks that set
/// none see that storage. So once keys are in use the racer is not removed, except for WithCancellation, which OCaml's
/// Lwt does not have.
/// </remarks>
internal sealed class CancelableWrap<T> : CancelCallback, IRace
{
    private readonly Promise<T> _wrap;
    private readonly Racer _racer;
    private readonly bool _leavesAlways;

    private CancelableWrap(Promise<T> wrap, Promise<T> source, bool leavesAlways)
    {
        _wrap = wrap;
        _racer = new Racer(this, source, null);
        _leavesAlways = leavesAlways;
    }

    internal static Promise<T> Of(Promise<T> source, Driver driver, bool leavesAlways = false)
    {
        var wrap = new Promise<T>(driver, Promise.Cancelable);
        var tie = new CancelableWrap<T>(wrap, source, leavesAlways);
        Attach(wrap, tie);
        source.Attach(tie._racer, driver);
        return wrap;
    }

    public Promise? Won(Promise winner, Driver driver)
    {
        driver.Storage = Storage;
        return _wrap.Underlying().State == Promise.Pending ? Outcome.Copy(_wrap, winner) : null;
    }

    private protected override void Invoke()
    {
        _racer.Source.Cancel();
        if (_leavesAlways || !Driver.Current.Loop.UsesStorage)
            _racer.Leave();
    }
}
