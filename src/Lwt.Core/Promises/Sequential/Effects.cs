using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>The callback of on_success, on_failure, on_termination and on_any, which return no promise.</summary>
internal sealed class Effect<TEffect, TFailure>(TEffect onValue, TFailure onReason, Storage? storage) : Callback
    where TEffect : IEffect
    where TFailure : IFailureEffect
{
    internal override Promise? Run(Promise source, Driver driver)
    {
        // If no function handles this outcome, the storage must not change either.
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

/// <summary>The function for an outcome that a callback ignores.</summary>
internal readonly struct NoEffect : IEffect, IFailureEffect
{
    public void Invoke(Promise source) { }

    public void Invoke(Exception reason) { }
}
