namespace Lwt.Core;

/// <summary>What no_cancel makes: it follows its source, and cancelling it does nothing.</summary>
internal sealed class NoCancel<T> : Dependent<T>
{
    internal NoCancel(Promise<T> source, Driver driver)
        : base(driver) => source.Attach(this, driver);

    internal override Promise? Run(Promise source, Driver driver) => Outcome.Copy(this, source);
}

/// <summary>
/// What protected makes: it follows its source, and cancelling it rejects only itself, its callback leaving the
/// source at once.
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
        // Cancelled together with its source it is resolved already, and that is all.
        var promise = Underlying();
        return promise.State == Pending ? Outcome.Copy(promise, winner) : null;
    }
}

/// <summary>
/// Ties what wrap_in_cancelable makes to its source: cancelling the one cancels the other, and in any case rejects the
/// wrap. It is the wrap's cancel callback, and stands on the source in a <see cref="Racer"/>, which leaves a source that
/// cannot be cancelled when the wrap is.
/// </summary>
/// <remarks>
/// A callback on the source sets the storage in which it was attached, as Lwt's does, and what runs after it and sets none
/// sees that. So with keys in use the racer stays, except for what OCaml's Lwt does not have (WithCancellation).
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
