namespace Lwt.Core.CompilerServices;

public static partial class Primitives
{
    /// <summary>
    /// Calls a body and does not wait for its promise; its exception goes to the async exception hook. The fronts call
    /// it for FireAndForget and <c>Lwt.async</c>.
    /// </summary>
    public static void FireAndForget<T, TBody>(TBody body)
        where TBody : IBody<T> => ReportFailure(Apply<T, TBody>(body), rethrow: false);

    /// <summary>
    /// Calls a body and does not wait for its promise; a handler gets its exception. The fronts call it for
    /// FireAndForget with a handler and <c>Lwt.dont_wait</c>.
    /// </summary>
    public static void FireAndForget<T, TBody, TFailure>(TBody body, TFailure handler)
        where TBody : IBody<T>
        where TFailure : IFailureEffect
    {
        var promise = Apply<T, TBody>(body).Underlying();
        var driver = Driver.Current;
        if (promise.State == Promise.Pending)
            promise.Attach(new Unwaited<TFailure>(handler), driver);
        else if (promise.State == Promise.Rejected)
            Unwaited<TFailure>.Handle(promise.Reason, handler, driver);
    }

    /// <summary>
    /// Reports a later rejection of the promise to the async exception hook. The fronts call it for Ignore and
    /// <c>Lwt.ignore_result</c>.
    /// </summary>
    /// <param name="promise">The promise that nobody waits for.</param>
    /// <param name="rethrow">
    /// Whether to throw the exception of a promise that is already rejected, instead of reporting it.
    /// </param>
    public static void ReportFailure(Promise promise, bool rethrow)
    {
        if (promise is null)
            ThrowNull();
        promise = promise.Underlying();
        var driver = Driver.Current;
        if (promise.State == Promise.Pending)
            promise.Attach(new Background(driver.Storage), driver);
        else if (promise.State == Promise.Rejected)
        {
            if (rethrow)
                Rejections.Throw(promise);
            AsyncExceptions.Report(promise.Reason, driver);
        }
    }

    /// <summary>Throws the exception of a rejected promise with the stack trace of its first throw.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    [System.Diagnostics.StackTraceHidden]
    public static void Rethrow(Exception reason) => Rejections.Throw(reason);
}
