using System.Runtime.CompilerServices;
using Lwt.Core.CompilerServices;

namespace Lwt.Core;

// Finalize is try_bind whose two functions run the finaliser and then give the body's own outcome back.

internal readonly struct FinalizeValue<T, TUnit, TFinalizer>(TFinalizer finalizer) : IStep<T>
    where TFinalizer : IBody<TUnit>
{
    public Promise<T> Invoke(Promise source) =>
        Primitives.Bind<T, GiveBack<T>>(finalizer.Invoke(), new(new Promise<T>(Unsafe.As<Promise<T>>(source).Result)));
}

internal readonly struct FinalizeReason<T, TUnit, TFinalizer>(TFinalizer finalizer) : IHandler<T>
    where TFinalizer : IBody<TUnit>
{
    public Promise<T> Invoke(Exception reason) =>
        Primitives.Bind<T, GiveBack<T>>(finalizer.Invoke(), new(new Promise<T>(reason)));
}
