using Lwt.Core.CompilerServices;

namespace Lwt.Core;

// Finalize is a try_bind whose two functions run the finalizer and then return the body's own outcome.

internal readonly struct FinalizeValue<T, TUnit, TFinalizer>(TFinalizer finalizer) : IStep<T>
    where TFinalizer : IBody<TUnit>
{
    public Promise<T> Invoke(Promise source) =>
        Primitives.Bind<T, GiveBack<T>>(finalizer.Invoke(), new(new Promise<T>(Cast.To<Promise<T>>(source).Result)));
}

internal readonly struct FinalizeReason<T, TUnit, TFinalizer>(TFinalizer finalizer) : IHandler<T>
    where TFinalizer : IBody<TUnit>
{
    public Promise<T> Invoke(Exception reason) =>
        Primitives.Bind<T, GiveBack<T>>(finalizer.Invoke(), new(new Promise<T>(reason)));
}
