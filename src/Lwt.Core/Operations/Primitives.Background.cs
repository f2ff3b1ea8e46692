namespace Lwt.Core.CompilerServices;

public static partial class Primitives
{
    /// <summary>Async.</summary>
    public static void FireAndForget<T, TBody>(TBody body)
        where TBody : IBody<T> => ReportFailure(Apply<T, TBody>(body), rethrow: false);

    /// <summary>Dont_wait.</summary>
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

    /// <summary>Ignore_result (which raises when the promise is rejected already) and the rest of async.</summary>
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

    /// <summary>Throws the reason of a rejected promise as it was raised.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    [System.Diagnostics.StackTraceHidden]
    public static void Rethrow(Exception reason) => Rejections.Throw(reason);
}
