namespace Lwt.Core;

public abstract partial class Promise
{
    /// <summary>
    /// Cancels what this promise waits for: the cancelable promises (<see cref="CreateCancelable{T}"/>, sleeps, pauses)
    /// at the far ends of its dependencies are rejected with <see cref="PromiseCanceledException"/>, and their callbacks run before this
    /// returns, cancel callbacks first. Nothing happens when there is none. OCaml: <c>Lwt.cancel</c>.
    /// </summary>
    public void Cancel() => Cancellation.Cancel(this, Driver.Current);

    /// <summary>
    /// Calls <paramref name="action"/> when the promise is cancelled, before its other callbacks; at once when it is
    /// already. An exception from it goes to the async exception hook. OCaml: <c>Lwt.on_cancel</c>.
    /// </summary>
    public void OnCancel(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        CancelCallback.Attach(this, new CancelCallback.OfAction(action));
    }
}
