using System.Runtime.CompilerServices;
using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// Creates the sequential kinds; the caller attaches each to its source. A callback sees the storage that was current
/// when it was attached. Usually there is none, so the kinds have no field for it: if there is one, a struct around the
/// function holds it.
/// </summary>
internal static class Sequential
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Dependent<T> Bind<T, TStep>(Promise source, TStep step, Driver driver)
        where TStep : IStep<T> =>
        driver.Storage is { } storage
            ? new Bind<T, StepWithin<T, TStep>>(source, new(step, storage), driver)
            : new Bind<T, TStep>(source, step, driver);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Dependent<T> Map<T, TStep>(Promise source, TStep step, Driver driver)
        where TStep : IPlainStep<T> =>
        driver.Storage is { } storage
            ? new Map<T, PlainStepWithin<T, TStep>>(source, new(step, storage), driver)
            : new Map<T, TStep>(source, step, driver);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Dependent<T> Catch<T, THandler>(Promise<T> source, THandler handler, Driver driver)
        where THandler : IHandler<T> =>
        driver.Storage is { } storage
            ? new Catch<T, HandlerWithin<T, THandler>>(source, new(handler, storage), driver)
            : new Catch<T, THandler>(source, handler, driver);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Dependent<T> TryBind<T, TStep, THandler>(
        Promise source,
        TStep step,
        THandler handler,
        Driver driver
    )
        where TStep : IStep<T>
        where THandler : IHandler<T> =>
        driver.Storage is { } storage
            ? new TryBind<T, StepWithin<T, TStep>, HandlerWithin<T, THandler>>(
                source,
                new(step, storage),
                new(handler, storage),
                driver
            )
            : new TryBind<T, TStep, THandler>(source, step, handler, driver);

    private readonly struct StepWithin<T, TStep>(TStep step, Storage storage) : IStep<T>
        where TStep : IStep<T>
    {
        public Promise<T> Invoke(Promise source)
        {
            Driver.Current.Storage = storage;
            return step.Invoke(source);
        }
    }

    private readonly struct PlainStepWithin<T, TStep>(TStep step, Storage storage) : IPlainStep<T>
        where TStep : IPlainStep<T>
    {
        public T Invoke(Promise source)
        {
            Driver.Current.Storage = storage;
            return step.Invoke(source);
        }
    }

    private readonly struct HandlerWithin<T, THandler>(THandler handler, Storage storage) : IHandler<T>
        where THandler : IHandler<T>
    {
        public Promise<T> Invoke(Exception reason)
        {
            Driver.Current.Storage = storage;
            return handler.Invoke(reason);
        }
    }
}
