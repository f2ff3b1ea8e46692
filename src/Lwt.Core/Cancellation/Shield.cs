namespace Lwt.Core;

/// <summary>The promise of no_cancel: it follows its source, and cancelling it does nothing.</summary>
internal sealed class NoCancel<T> : Dependent<T>
{
    // No link, which cancel would follow. Null once the source is resolved.
    private Promise? _source;

    internal NoCancel(Promise<T> source, Driver driver)
        : base(driver)
    {
        _source = source;
        source.Attach(this, driver);
    }

    internal override Promise? Run(Promise source, Driver driver)
    {
        _source = null;
        return Outcome.Copy(this, source);
    }

    internal override void DescribeWait(WaitReport report)
    {
        if (_source is { } source)
            report.Behind(source);
    }
}

/// <summary>
/// The promise of protected: it follows its source. Cancelling it rejects only itself, and removes its callback from
/// the source.
/// </summary>
internal class Protected<T> : Promise<T>, IRace
{
    private readonly Racer _racer;

    internal Protected(Promise<T> source, Driver driver)
        : base(driver, Cancelable | NotifiesCancel)
    {
        _racer = new Racer(this, source, null);
        source.Attach(_racer, driver);
    }

    internal sealed override void OnCanceled(Driver driver) => _racer.Leave();

    internal override void DescribeWait(WaitReport report) => report.Behind(Source);

    private protected Promise Source => _racer.Source;

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
    private readonly Wrap _wrap;
    private readonly Racer _racer;
    private readonly bool _leavesAlways;

    private CancelableWrap(Wrap wrap, Promise<T> source, bool leavesAlways)
    {
        _wrap = wrap;
        _racer = new Racer(this, source, null);
        _leavesAlways = leavesAlways;
    }

    internal static Promise<T> Of(Promise<T> source, Driver driver, bool leavesAlways = false)
    {
        var wrap = new Wrap(driver);
        var tie = new CancelableWrap<T>(wrap, source, leavesAlways);
        wrap.Tie = tie;
        Attach(wrap, tie);
        source.Attach(tie._racer, driver);
        return wrap;
    }

    public Promise? Won(Promise winner, Driver driver)
    {
        driver.Storage = Storage;
        _wrap.Tie = null;
        return _wrap.Underlying().State == Promise.Pending ? Outcome.Copy(_wrap, winner) : null;
    }

    private protected override void Invoke()
    {
        _wrap.Tie = null;
        _racer.Source.Cancel();
        if (_leavesAlways || !Driver.Current.Loop.UsesStorage)
            _racer.Leave();
    }

    private sealed class Wrap(Driver driver) : Promise<T>(driver, Cancelable)
    {
        // Null once the source or the wrap is resolved.
        internal CancelableWrap<T>? Tie;

        internal override void DescribeWait(WaitReport report)
        {
            if (Tie is not { } tie)
                return;
            report.Behind(tie._racer.Source);
            if (tie._leavesAlways)
                report.On("a CancellationToken that can cancel it (WithCancellation)");
        }
    }
}
