namespace Lwt.Core.CompilerServices;

public static partial class Primitives
{
    /// <summary>Async.</summary>
    public static void Async<T, TBody>(TBody body)
        where TBody : IBody<T> => ReportFailure(Apply<T, TBody>(body), rethrow: false);

    /// <summary>Dont_wait.</summary>
    public static void DontWait<T, TBody, TFailure>(TBody body, TFailure handler)
        where TBody : IBody<T>
        where TFailure : IFailureEffect
    {
        var promise = Apply<T, TBody>(body).Settled();
        var resolution = Resolution.Current;
        if (promise.State == Promise.Pending)
            promise.Attach(new Unwaited<TFailure>(handler), resolution);
        else if (promise.State == Promise.Rejected)
            Unwaited<TFailure>.Handle(promise.Reason, handler, resolution);
    }

    /// <summary>Ignore_result (which raises when the promise is rejected already) and the rest of async.</summary>
    public static void ReportFailure(Promise promise, bool rethrow)
    {
        if (promise is null)
            ThrowNull();
        promise = promise.Settled();
        var resolution = Resolution.Current;
        if (promise.State == Promise.Pending)
            promise.Attach(new Background(resolution.Storage), resolution);
        else if (promise.State == Promise.Rejected)
        {
            if (rethrow)
                Rejections.Throw(promise);
            AsyncExceptions.Report(promise.Reason, resolution);
        }
    }

    /// <summary>Pause.</summary>
    public static Promise<T> Pause<T>()
    {
        var resolution = Resolution.Current;
        var promise = new Promise<T>(resolution, Promise.Cancelable);
        resolution.Paused.Add(promise);
        return promise;
    }

    /// <summary>Sleep, in seconds on the loop's clock; never early.</summary>
    public static Promise<T> Sleep<T>(double seconds)
    {
        if (double.IsNaN(seconds))
            throw new ArgumentOutOfRangeException(nameof(seconds), "A sleep takes a number of seconds; NaN is none.");
        return Resolution.Current.Loop.Timers.Sleep<T>(seconds);
    }

    /// <summary>Sleep.</summary>
    public static Promise<T> Sleep<T>(TimeSpan delay) =>
        delay == Timeout.InfiniteTimeSpan
            ? Cancelable<T>()
            : Resolution.Current.Loop.Timers.Sleep<T>(delay.TotalSeconds);

    /// <summary>Throws the reason of a rejected promise as it was raised.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    [System.Diagnostics.StackTraceHidden]
    public static void Rethrow(Exception reason) => Rejections.Throw(reason);
}
