namespace Lwt.Core;

public abstract partial class Promise
{
    /// <summary>
    /// Cancels this promise: rejects the cancelable promises that it waits for, directly or through other promises,
    /// with <see cref="PromiseCanceledException"/>. Their callbacks run before this returns, cancel callbacks first.
    /// OCaml: <c>Lwt.cancel</c>.
    /// </summary>
    /// <remarks>
    /// Cancelable are sleeps, pauses, waits for a primitive such as <see cref="PromiseMutex"/>, and promises from
    /// <see cref="CreateCancelable{T}"/>. If there are none, or the promise is already resolved, nothing happens. A
    /// rejected promise rejects those that wait for it in turn, unless they handle the exception.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The promise is pending and belongs to another thread.</exception>
    /// <example>
    /// <code>
    /// async Promise Poll()
    /// {
    ///     try
    ///     {
    ///         while (true)
    ///             await Promise.Sleep(TimeSpan.FromSeconds(1));
    ///     }
    ///     catch (OperationCanceledException)
    ///     {
    ///         log.Add("stopped");
    ///     }
    /// }
    /// var polling = Poll();
    /// polling.Cancel(); // rejects the sleep: the method has ended when Cancel returns
    /// </code>
    /// </example>
    public void Cancel() => Cancellation.Cancel(this, Driver.Current);

    /// <summary>
    /// Calls <paramref name="action"/> when the promise is cancelled, before its other callbacks; at once if it already
    /// is. It is not called if the promise is resolved in another way. An exception of the action goes to the async
    /// exception hook (<see cref="AsyncExceptions"/>). OCaml: <c>Lwt.on_cancel</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// var (reply, resolver) = Promise.CreateCancelable&lt;string>();
    /// waiting.Add(resolver);
    /// reply.OnCancel(() => waiting.Remove(resolver)); // nobody wants the reply any more
    /// </code>
    /// </example>
    public void OnCancel(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        CancelCallback.Attach(this, new CancelCallback.OfAction(action));
    }
}
