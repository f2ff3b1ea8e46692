using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Lwt.Core.CompilerServices;

/// <summary>
/// The operations on promises, with functions passed as structs. The fronts are built on them; programs use
/// <see cref="Promise"/> in C# and the module <c>Lwt</c> in F#.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class Primitives
{
    /// <summary>
    /// Returns the promise itself or, for a proxy, the promise that it stands for. The members below that take a
    /// settled promise need this one.
    /// </summary>
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

    /// <summary>The value of a settled promise that is fulfilled; undefined for others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(Promise settled) => Cast.To<Promise<T>>(settled).Result;

    /// <summary>Whether a settled promise is pending.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsPending(Promise settled) => settled.State == Promise.Pending;

    /// <summary>Whether a settled promise is fulfilled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsFulfilled(Promise settled) => settled.State == Promise.Fulfilled;

    /// <summary>The exception of a settled promise that is rejected, for passing it on; undefined for others.</summary>
    public static Exception Reason(Promise settled) => settled.Reason;

    /// <summary>The exception of a settled promise that is rejected, as users' code sees it.</summary>
    public static Exception ReasonToShow(Promise settled) => settled.ReasonToShow();

    /// <summary>
    /// Converts an exception for a user's handler. A cancelled promise stores one exception object that all such
    /// promises share; the handler gets a copy, because F# throws an exception that no pattern matches, and each throw
    /// extends the stack trace of its object.
    /// </summary>
    public static Exception ToCatch(Exception reason) => PromiseCanceledException.ToShow(reason);

    /// <summary>Throws the exception again if a promise must not swallow it (<see cref="ExceptionFilter"/>).</summary>
    public static void CheckCatchable(Exception exception)
    {
        if (!ExceptionFilter.MayCatch(exception))
            Rejections.Throw(exception);
    }

    /// <summary>
    /// Returns a promise that is already fulfilled with the type's default value, which is the value of a unit type.
    /// </summary>
    public static Promise<T> Completed<T>() => Core.Completed<T>.Default;

    /// <summary>
    /// Returns a promise that is resolved when a Task without a value ends. F# calls it for a Task that a block awaits.
    /// </summary>
    public static Promise<TUnit> OfTask<TUnit>(Task task) => PromiseTaskExtensions.AsPromise<TUnit>(task);

    /// <summary>
    /// Calls a function with the value when the promise is fulfilled; the result is resolved like the function's
    /// promise. If the promise is already fulfilled the function is called at once, and its exception is thrown to the
    /// caller. The fronts call it for Bind and <c>Lwt.bind</c>.
    /// </summary>
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

    /// <summary>Bind for a promise that is not fulfilled, with a handler for its rejection.</summary>
    internal static Promise<T> BindOr<T, TStep, THandler>(Promise source, TStep step, THandler handler)
        where TStep : IStep<T>
        where THandler : IHandler<T>
    {
        if (source.State == Promise.Rejected)
            return handler.Invoke(source.Reason);
        var driver = Driver.Current;
        return Await(source, Sequential.TryBind<T, TStep, THandler>(source, step, handler, driver), driver);
    }

    /// <summary>
    /// Calls a function with the value when the promise is fulfilled; returns a promise for the function's result. An
    /// exception of the function rejects the result. The fronts call it for Map and <c>Lwt.map</c>.
    /// </summary>
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

    /// <summary>
    /// Calls a body and returns its promise; an exception of the body becomes a rejected promise. The fronts call it
    /// for Apply and <c>Lwt.apply</c>.
    /// </summary>
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

    /// <summary>
    /// Calls a body and, if it throws or its promise is rejected, a handler with the exception. The fronts call it for
    /// Catch and <c>Lwt.catch</c>.
    /// </summary>
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

    /// <summary>
    /// Calls a body and then one of two functions, with its value or its exception. The fronts call it for TryBind and
    /// <c>Lwt.try_bind</c>.
    /// </summary>
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

    /// <summary>
    /// Calls a body and then a finalizer, whether the body succeeds or fails. The fronts call it for Finalize and
    /// <c>Lwt.finalize</c>.
    /// </summary>
    public static Promise<T> Finalize<T, TUnit, TBody, TFinalizer>(TBody body, TFinalizer finalizer)
        where TBody : IBody<T>
        where TFinalizer : IBody<TUnit> =>
        TryBind<T, T, TBody, FinalizeValue<T, TUnit, TFinalizer>, FinalizeReason<T, TUnit, TFinalizer>>(
            body,
            new(finalizer),
            new(finalizer)
        );

    /// <summary>On_any; with <see cref="NoEffect"/> for one of the functions, on_success or on_failure.</summary>
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

    /// <summary>
    /// Calls a function with the value when the promise is fulfilled. The fronts call it for OnSuccess and
    /// <c>Lwt.on_success</c>.
    /// </summary>
    public static void OnSuccess<TEffect>(Promise source, TEffect onValue)
        where TEffect : IEffect => On(source, onValue, default(NoEffect));

    /// <summary>
    /// Calls a function with the exception when the promise is rejected. The fronts call it for OnFailure and
    /// <c>Lwt.on_failure</c>.
    /// </summary>
    public static void OnFailure<TFailure>(Promise source, TFailure onReason)
        where TFailure : IFailureEffect => On(source, default(NoEffect), onReason);

    /// <summary>
    /// Calls one of two functions when the promise is fulfilled or rejected. The fronts call it for OnAny,
    /// OnTermination, <c>Lwt.on_any</c> and <c>Lwt.on_termination</c>.
    /// </summary>
    public static void OnAny<TEffect, TFailure>(Promise source, TEffect onValue, TFailure onReason)
        where TEffect : IEffect
        where TFailure : IFailureEffect => On(source, onValue, onReason);

    /// <summary>
    /// Attaches a new node to its pending source; if the source is resolved, the loop runs the node later.
    /// </summary>
    private static Promise<T> Await<T>(Promise source, Dependent<T> node, Driver driver)
    {
        if (source.State == Promise.Pending)
            source.Attach(node, driver);
        else
            Deferral.Of(source, node, driver);
        return node;
    }

    /// <summary>Calls a function from the loop, because the stack has no room to call it here.</summary>
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
