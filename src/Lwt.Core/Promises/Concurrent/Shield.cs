namespace Lwt.Core;

/// <summary>What no_cancel makes: it follows its source, and cancelling it does nothing.</summary>
internal sealed class NoCancel<T> : Composed<T>
{
    internal NoCancel(Promise<T> source, Resolution resolution)
        : base(resolution) => source.Attach(this, resolution);

    internal override Promise? Run(Promise source, Resolution resolution) => Outcome.Copy(this, source);
}

/// <summary>
/// What protected makes: it follows its source, and cancelling it rejects only itself, its callback leaving the
/// source at once.
/// </summary>
internal sealed class Protected<T> : Promise<T>, IRace
{
    private readonly Racer _racer;

    internal Protected(Promise<T> source, Resolution resolution)
        : base(resolution, Cancelable | NotifiesCancel)
    {
        _racer = new Racer(this, source, null);
        source.Attach(_racer, resolution);
    }

    internal override void OnCanceled(Resolution resolution) => _racer.Leave();

    public Promise? Won(Promise winner, Resolution resolution)
    {
        // Cancelled together with its source it is resolved already, and that is all.
        var promise = Settled();
        return promise.State == Pending ? Outcome.Copy(promise, winner) : null;
    }
}

/// <summary>
/// The callback that ties what wrap_in_cancelable makes to its source: cancelling the one cancels the other, and in
/// any case rejects the wrap.
/// </summary>
internal sealed class CancelableWrap<T>(Promise<T> wrap, Storage? storage) : Callback
{
    internal static Promise<T> Of(Promise<T> source, Resolution resolution)
    {
        var wrap = new Promise<T>(resolution, Promise.Cancelable);
        CancelCallback.Attach(wrap, new CancelSource(source));
        source.Attach(new CancelableWrap<T>(wrap, resolution.Storage), resolution);
        return wrap;
    }

    internal override Promise? Run(Promise source, Resolution resolution)
    {
        resolution.Storage = storage;
        return wrap.Settled().State == Promise.Pending ? Outcome.Copy(wrap, source) : null;
    }

    private sealed class CancelSource(Promise<T> source) : CancelCallback
    {
        private protected override void Invoke() => source.Cancel();
    }
}
