using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Lwt.Core.CompilerServices;

/// <summary>
/// Every operation on promises, over functions given as structs: what the fronts are made of. Programs use
/// <see cref="Promise"/> in C# and the module <c>Lwt</c> in F#.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class Primitives
{
    /// <summary>The promise that this one stands for, so that its value can be read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Promise<T> Underlying<T>(Promise<T> promise)
    {
        if (promise is null)
            ThrowNull();
        return promise.Underlying();
    }

    /// <summary>Whether a settled promise is fulfilled and the stack has room to call its function at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool CanCallNow(Promise settled) => settled.State == Promise.Fulfilled && StackGuard.HasRoom();

    /// <summary>The value of a settled promise that is fulfilled; meaningless otherwise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(Promise settled) => Unsafe.As<Promise<T>>(settled).Result;

    /// <summary>Whether a settled promise is pending.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsPending(Promise settled) => settled.State == Promise.Pending;

    /// <summary>Whether a settled promise is fulfilled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsFulfilled(Promise settled) => settled.State == Promise.Fulfilled;

    /// <summary>The reason of a settled promise that is rejected, to be passed on; meaningless otherwise.</summary>
    public static Exception Reason(Promise settled) => settled.Reason;

    /// <summary>The reason of a settled promise that is rejected, for users' code to see.</summary>
    public static Exception ReasonToShow(Promise settled) => settled.ReasonToShow();

    /// <summary>
    /// A reason as a user's handler is to see it: not the one Canceled that all promises share, for passing it on when no
    /// pattern fits is a throw, and each throw adds to the stack trace of its object.
    /// </summary>
    public static Exception ToCatch(Exception reason) => PromiseCanceledException.ToShow(reason);

    /// <summary>Throws on an exception that no promise may swallow.</summary>
    public static void CheckCatchable(Exception exception)
    {
        if (!ExceptionFilter.MayCatch(exception))
            Rejections.Throw(exception);
    }

    /// <summary>A promise that is fulfilled already with its type's default value, which for unit is its value.</summary>
    public static Promise<T> Completed<T>() => Core.Completed<T>.Default;

    /// <summary>A promise of a Task without a value.</summary>
    public static Promise<TUnit> OfTask<TUnit>(Task task) => PromiseTaskExtensions.AsPromise<TUnit>(task);

    /// <summary>Bind, whose function is called at once when the promise is fulfilled and may raise to the caller.</summary>
    public static Promise<T> Bind<T, TStep>(Promise source, TStep step)
        where TStep : IStep<T>
    {
        if (source is null)
            ThrowNull();
        source = source.Underlying();
        if (source.State == Promise.Rejected)
            return new Promise<T>(source.Reason);
        if (source.State == Promise.Fulfilled && StackGuard.HasRoom())
            return step.Invoke(source) ?? throw Errors.NullPromise();
        var driver = Driver.Current;
        return Await(source, Sequential.Bind<T, TStep>(source, step, driver), driver);
    }

    /// <summary>Bind on a promise that is not fulfilled, with a handler for its rejection.</summary>
    internal static Promise<T> BindOr<T, TStep, THandler>(Promise source, TStep step, THandler handler)
        where TStep : IStep<T>
        where THandler : IHandler<T>
    {
        if (source.State == Promise.Rejected)
            return handler.Invoke(source.Reason);
        var driver = Driver.Current;
        return Await(source, Sequential.TryBind<T, TStep, THandler>(source, step, handler, driver), driver);
    }

    /// <summary>Map: as bind, but an exception of the function rejects.</summary>
    public static Promise<T> Map<T, TStep>(Promise source, TStep step)
        where TStep : IPlainStep<T>
    {
        if (source is null)
            ThrowNull();
        source = source.Underlying();
        if (source.State == Promise.Rejected)
            return new Promise<T>(source.Reason);
        if (source.State == Promise.Fulfilled && StackGuard.HasRoom())
        {
            try
            {
                return new Promise<T>(step.Invoke(source));
            }
            catch (Exception e) when (ExceptionFilter.MayCatch(e))
            {
                return new Promise<T>(e);
            }
        }
        var driver = Driver.Current;
        return Await(source, Sequential.Map<T, TStep>(source, step, driver), driver);
    }

    /// <summary>Calls a body; an exception that leaves it counts as a rejection.</summary>
    public static Promise<T> Apply<T, TBody>(TBody body)
        where TBody : IBody<T>
    {
        if (!StackGuard.HasRoom())
            return Later<T, BodyStep<T, TBody>>(new(body));
        try
        {
            return body.Invoke() ?? new Promise<T>(Errors.NullPromise());
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            return new Promise<T>(e);
        }
    }

    /// <summary>Catch.</summary>
    public static Promise<T> Catch<T, TBody, THandler>(TBody body, THandler handler)
        where TBody : IBody<T>
        where THandler : IHandler<T>
    {
        var source = Apply<T, TBody>(body).Underlying();
        if (source.State == Promise.Fulfilled)
            return source;
        if (source.State == Promise.Rejected && StackGuard.HasRoom())
            return handler.Invoke(source.Reason) ?? throw Errors.NullPromise();
        var driver = Driver.Current;
        return Await(source, Sequential.Catch<T, THandler>(source, handler, driver), driver);
    }

    /// <summary>Try_bind.</summary>
    public static Promise<T> TryBind<TSource, T, TBody, TStep, THandler>(TBody body, TStep step, THandler handler)
        where TBody : IBody<TSource>
        where TStep : IStep<T>
        where THandler : IHandler<T>
    {
        var source = Apply<TSource, TBody>(body).Underlying();
        if (source.State != Promise.Pending && StackGuard.HasRoom())
            return (source.State == Promise.Fulfilled ? step.Invoke(source) : handler.Invoke(source.Reason))
                ?? throw Errors.NullPromise();
        var driver = Driver.Current;
        return Await(source, Sequential.TryBind<T, TStep, THandler>(source, step, handler, driver), driver);
    }

    /// <summary>Finalize.</summary>
    public static Promise<T> Finalize<T, TUnit, TBody, TFinalizer>(TBody body, TFinalizer finalizer)
        where TBody : IBody<T>
        where TFinalizer : IBody<TUnit> =>
        TryBind<T, T, TBody, FinalizeValue<T, TUnit, TFinalizer>, FinalizeReason<T, TUnit, TFinalizer>>(
            body,
            new(finalizer),
            new(finalizer)
        );

    /// <summary>On_any; with <see cref="NoEffect"/> on one side, on_success and on_failure.</summary>
    internal static void On<TEffect, TFailure>(Promise source, TEffect onValue, TFailure onReason)
        where TEffect : IEffect
        where TFailure : IFailureEffect
    {
        if (source is null)
            ThrowNull();
        source = source.Underlying();
        var driver = Driver.Current;
        if (source.State != Promise.Pending && StackGuard.HasRoom())
            Effect<TEffect, TFailure>.Invoke(source, onValue, onReason, driver);
        else
        {
            var node = new Effect<TEffect, TFailure>(onValue, onReason, driver.Storage);
            if (source.State == Promise.Pending)
                source.Attach(node, driver);
            else
                driver.Defer(source, node);
        }
    }

    /// <summary>On_success.</summary>
    public static void OnSuccess<TEffect>(Promise source, TEffect onValue)
        where TEffect : IEffect => On(source, onValue, default(NoEffect));

    /// <summary>On_failure.</summary>
    public static void OnFailure<TFailure>(Promise source, TFailure onReason)
        where TFailure : IFailureEffect => On(source, default(NoEffect), onReason);

    /// <summary>On_any, and on_termination when both functions are one.</summary>
    public static void OnAny<TEffect, TFailure>(Promise source, TEffect onValue, TFailure onReason)
        where TEffect : IEffect
        where TFailure : IFailureEffect => On(source, onValue, onReason);

    /// <summary>Attaches a new node to its pending source; one that is resolved leaves it to the loop.</summary>
    private static Promise<T> Await<T>(Promise source, Dependent<T> node, Driver driver)
    {
        if (source.State == Promise.Pending)
            source.Attach(node, driver);
        else
            Deferral.Of(source, node, driver);
        return node;
    }

    /// <summary>Calls a step from the loop instead of here, where the stack has no room.</summary>
    internal static Promise<T> Later<T, TStep>(TStep step)
        where TStep : IStep<T>
    {
        var driver = Driver.Current;
        var start = new Promise<Unit>(default(Unit));
        return Await(start, Sequential.Bind<T, TStep>(start, step, driver), driver);
    }

    private readonly struct BodyStep<T, TBody>(TBody body) : IStep<T>
        where TBody : IBody<T>
    {
        public Promise<T> Invoke(Promise source) => body.Invoke();
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private static void ThrowNull() =>
        throw new ArgumentNullException(
            "promise",
            "A promise was expected and null was given. A function that returned null instead of a promise "
                + "(Promise.Return, Lwt.return') is the usual cause."
        );
}
