using Lwt.Core.CompilerServices;

namespace Lwt.Core;

public abstract partial class Promise
{
    /// <summary>
    /// Calls <paramref name="next"/> when this is fulfilled, at once if it is already; the result goes the way of the
    /// promise that it gives. A rejection skips it. OCaml: <c>Lwt.bind</c>.
    /// </summary>
    public Promise<T> Bind<T>(Func<Promise<T>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return Primitives.Bind<T, NextStep<T>>(this, new(next));
    }

    /// <inheritdoc cref="Bind{T}(Func{Promise{T}})"/>
    public Promise Bind(Func<Promise> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return Primitives.Bind<Unit, UnitNextStep>(this, new(next));
    }

    /// <summary>As bind, for a function that gives a plain value; an exception from it rejects. OCaml: <c>Lwt.map</c>.</summary>
    public Promise<T> Map<T>(Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Primitives.Map<T, NextPlainStep<T>>(this, new(function));
    }

    /// <summary>
    /// Calls <paramref name="body"/>; if its promise is rejected, or it throws, the result is what
    /// <paramref name="handler"/> makes of the exception. OCaml: <c>Lwt.catch</c>.
    /// </summary>
    public static Promise<T> Catch<T>(Func<Promise<T>> body, Func<Exception, Promise<T>> handler)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(handler);
        return Primitives.Catch<T, FuncBody<T>, FuncHandler<T>>(new(body), new(handler));
    }

    /// <inheritdoc cref="Catch{T}(Func{Promise{T}}, Func{Exception, Promise{T}})"/>
    public static Promise Catch(Func<Promise> body, Func<Exception, Promise> handler)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(handler);
        return Primitives.Catch<Unit, UnitFuncBody, UnitFuncHandler>(new(body), new(handler));
    }

    /// <summary>
    /// Calls <paramref name="body"/> and then one of the two functions, on its value or on its exception. OCaml:
    /// <c>Lwt.try_bind</c>.
    /// </summary>
    public static Promise<T> TryBind<TSource, T>(
        Func<Promise<TSource>> body,
        Func<TSource, Promise<T>> onValue,
        Func<Exception, Promise<T>> onReason
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(onValue);
        ArgumentNullException.ThrowIfNull(onReason);
        return Primitives.TryBind<TSource, T, FuncBody<TSource>, FuncStep<TSource, T>, FuncHandler<T>>(
            new(body),
            new(onValue),
            new(onReason)
        );
    }

    /// <summary>
    /// Calls <paramref name="body"/> and, whatever comes of it, then <paramref name="finalizer"/>; the result is that of
    /// the body unless the finaliser fails. OCaml: <c>Lwt.finalize</c>.
    /// </summary>
    public static Promise<T> Finalize<T>(Func<Promise<T>> body, Func<Promise> finalizer)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(finalizer);
        return Primitives.Finalize<T, Unit, FuncBody<T>, UnitFuncBody>(new(body), new(finalizer));
    }

    /// <inheritdoc cref="Finalize{T}(Func{Promise{T}}, Func{Promise})"/>
    public static Promise Finalize(Func<Promise> body, Func<Promise> finalizer)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(finalizer);
        return Primitives.Finalize<Unit, Unit, UnitFuncBody, UnitFuncBody>(new(body), new(finalizer));
    }

    /// <summary>
    /// Calls <paramref name="function"/>; an exception from it becomes a rejection. OCaml: <c>Lwt.wrap</c>.
    /// </summary>
    public static Promise<T> Wrap<T>(Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Primitives.Map<T, NextPlainStep<T>>(Completed<Unit>.Default, new(function));
    }

    /// <summary>
    /// Calls <paramref name="function"/>; an exception from it becomes a rejection. OCaml: <c>Lwt.apply</c>.
    /// </summary>
    public static Promise<T> Apply<T>(Func<Promise<T>> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Primitives.Apply<T, FuncBody<T>>(new(function));
    }

    /// <summary>
    /// Calls <paramref name="action"/> when the promise is rejected, at once if it is already. An exception from it goes
    /// to the async exception hook. OCaml: <c>Lwt.on_failure</c>.
    /// </summary>
    public void OnFailure(Action<Exception> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Primitives.OnFailure(this, new FailureEffect(action));
    }

    /// <summary>
    /// Calls <paramref name="action"/> when the promise is resolved either way. OCaml: <c>Lwt.on_termination</c>.
    /// </summary>
    public void OnTermination(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Primitives.OnAny(this, new PlainEffect(action), new PlainEffect(action));
    }

    /// <summary>
    /// Starts <paramref name="body"/> and leaves it to itself: its rejection goes to the async exception hook
    /// (<see cref="AsyncExceptions"/>). OCaml: <c>Lwt.async</c>.
    /// </summary>
    public static void FireAndForget(Func<Promise> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Primitives.FireAndForget<Unit, UnitFuncBody>(new(body));
    }

    /// <summary>
    /// Starts <paramref name="body"/> and leaves it to itself: its rejection goes to <paramref name="handler"/>.
    /// OCaml: <c>Lwt.dont_wait</c>.
    /// </summary>
    public static void FireAndForget(Func<Promise> body, Action<Exception> handler)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(handler);
        Primitives.FireAndForget<Unit, UnitFuncBody, FailureEffect>(new(body), new(handler));
    }

    /// <summary>
    /// Leaves the promise to itself: a later rejection goes to the async exception hook, one that has happened is
    /// thrown here. OCaml: <c>Lwt.ignore_result</c>.
    /// </summary>
    public void Ignore() => Primitives.ReportFailure(this, rethrow: true);

    /// <summary>The promise as one of <see cref="Unit"/>, for query syntax.</summary>
    public Promise<Unit> AsUnit() => this as Promise<Unit> ?? Primitives.Map<Unit, ForgetValue>(this, default);
}

public partial class Promise<T>
{
    /// <summary>
    /// Calls <paramref name="next"/> on the value when this is fulfilled, at once if it is already; the result goes the
    /// way of the promise that it gives. A rejection skips it. OCaml: <c>Lwt.bind</c>.
    /// </summary>
    public Promise<TResult> Bind<TResult>(Func<T, Promise<TResult>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return Primitives.Bind<TResult, FuncStep<T, TResult>>(this, new(next));
    }

    /// <inheritdoc cref="Bind{TResult}(Func{T, Promise{TResult}})"/>
    public Promise Bind(Func<T, Promise> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return Primitives.Bind<Unit, UnitFuncStep<T>>(this, new(next));
    }

    /// <summary>As bind, for a function that gives a plain value; an exception from it rejects. OCaml: <c>Lwt.map</c>.</summary>
    public Promise<TResult> Map<TResult>(Func<T, TResult> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Primitives.Map<TResult, FuncPlainStep<T, TResult>>(this, new(function));
    }

    /// <summary>
    /// Calls <paramref name="action"/> on the value when the promise is fulfilled, at once if it is already. An exception
    /// from it goes to the async exception hook. OCaml: <c>Lwt.on_success</c>.
    /// </summary>
    public void OnSuccess(Action<T> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Primitives.OnSuccess(this, new ValueEffect<T>(action));
    }

    /// <summary>As OnSuccess and OnFailure together. OCaml: <c>Lwt.on_any</c>.</summary>
    public void OnAny(Action<T> onValue, Action<Exception> onReason)
    {
        ArgumentNullException.ThrowIfNull(onValue);
        ArgumentNullException.ThrowIfNull(onReason);
        Primitives.OnAny(this, new ValueEffect<T>(onValue), new FailureEffect(onReason));
    }

    /// <summary>
    /// The value, if the promise is fulfilled; throws the reason of a rejected one. OCaml: <c>Lwt.poll</c>.
    /// </summary>
    public bool TryPoll([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value)
    {
        var promise = Underlying();
        if (promise.State == Rejected)
            Rejections.Throw(promise);
        value = promise.Result;
        return promise.State == Fulfilled;
    }
}
