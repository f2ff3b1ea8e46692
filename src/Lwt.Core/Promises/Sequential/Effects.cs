using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>The callback of on_success, on_failure, on_termination and on_any: it makes no promise.</summary>
internal sealed class Effect<TEffect, TFailure>(TEffect onValue, TFailure onReason, Storage? storage) : Callback
    where TEffect : IEffect
    where TFailure : IFailureEffect
{
    internal override Promise? Run(Promise source, Driver driver)
    {
        // Where on_success meets a rejection nothing is called, and storage stays as it is.
        if (
            source.State == Promise.Fulfilled
                ? typeof(TEffect) == typeof(NoEffect)
                : typeof(TFailure) == typeof(NoEffect)
        )
            return null;
        driver.Storage = storage;
        Invoke(source, onValue, onReason, driver);
        return null;
    }

    internal static void Invoke(Promise source, TEffect onValue, TFailure onReason, Driver driver)
    {
        try
        {
            if (source.State == Promise.Fulfilled)
                onValue.Invoke(source);
            else
                onReason.Invoke(source.Reason);
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            AsyncExceptions.Report(e, driver);
        }
    }
}

/// <summary>For the outcome that a callback does not look at.</summary>
internal readonly struct NoEffect : IEffect, IFailureEffect
{
    public void Invoke(Promise source) { }

    public void Invoke(Exception reason) { }
}
