using Lwt.Core.CompilerServices;

namespace Lwt.Core;

public abstract partial class Promise
{
    /// <summary>
    /// Calls <paramref name="next"/> when this promise is fulfilled. The result is resolved like the promise that
    /// <paramref name="next"/> returns, or rejected if this promise is rejected. OCaml: <c>Lwt.bind</c>.
    /// </summary>
    /// <param name="next">
    /// If this promise is already fulfilled, it is called before this returns, and its exception is thrown here; if it
    /// is called later, its exception rejects the result.
    /// </param>
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

    /// <summary>
    /// Calls <paramref name="function"/> when this promise is fulfilled, at once if it already is. Returns a promise
    /// for the function's result. A rejection of this promise, or an exception of the function, rejects the result.
    /// OCaml: <c>Lwt.map</c>.
    /// </summary>
    public Promise<T> Map<T>(Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Primitives.Map<T, NextPlainStep<T>>(this, new(function));
    }

    /// <summary>
    /// Calls <paramref name="body"/>. If it throws, or its promise is rejected, calls <paramref name="handler"/> with
    /// the exception, and the result is resolved like the handler's promise; otherwise it is fulfilled like the body's.
    /// OCaml: <c>Lwt.catch</c>.
    /// </summary>
    /// <param name="body">Called before this returns.</param>
    /// <param name="handler">
    /// Called at once if the body has already failed; its exception is then thrown here. If it is called later, its
    /// exception rejects the result. A cancelled promise calls it with a <see cref="PromiseCanceledException"/>.
    /// </param>
    /// <example>
    /// <code>
    /// var page = await Promise.Catch(
    ///     () => Load("down"),
    ///     reason => reason is IOException ? Promise.Return("offline") : Promise.Fail&lt;string>(reason)
    /// );
    /// </code>
    /// </example>
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
    /// Calls <paramref name="body"/> and then one of the two functions: <paramref name="onValue"/> with its value, or
    /// <paramref name="onReason"/> with its exception. The result is resolved like that function's promise. OCaml:
    /// <c>Lwt.try_bind</c>.
    /// </summary>
    /// <param name="body">Called before this returns. If it throws, that counts as a rejected promise.</param>
    /// <param name="onValue">
    /// Called when the body's promise is fulfilled, at once if it already is. Its own failure does not call
    /// <paramref name="onReason"/>.
    /// </param>
    /// <param name="onReason">Called when the body's promise is rejected, at once if it already is.</param>
    /// <example>
    /// <code>
    /// Promise&lt;string> Report(string address) =>
    ///     Promise.TryBind(
    ///         () => Load(address),
    ///         page => Promise.Return($"{page.Length} characters"),
    ///         reason => Promise.Return($"failed: {reason.Message}")
    ///     );
    /// </code>
    /// </example>
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
    /// Calls <paramref name="body"/> and then, whether it succeeds, fails or is cancelled,
    /// <paramref name="finalizer"/>. The result is resolved like the body's promise once the finalizer's promise is
    /// fulfilled; if the finalizer fails, the result is rejected with its exception. OCaml: <c>Lwt.finalize</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// var connection = await Connection.Open();
    /// var rows = await Promise.Finalize(
    ///     () => connection.Query("select"),
    ///     () => connection.Close() // called whether the query fails or not
    /// );
    /// </code>
    /// </example>
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
    /// Calls <paramref name="function"/> now and returns a promise for its result; an exception of the function rejects
    /// the promise. OCaml: <c>Lwt.wrap</c>.
    /// </summary>
    public static Promise<T> Wrap<T>(Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Primitives.Map<T, NextPlainStep<T>>(Completed<Unit>.Default, new(function));
    }

    /// <summary>
    /// Calls <paramref name="function"/> now and returns its promise; an exception of the function becomes a rejected
    /// promise. OCaml: <c>Lwt.apply</c>.
    /// </summary>
    public static Promise<T> Apply<T>(Func<Promise<T>> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Primitives.Apply<T, FuncBody<T>>(new(function));
    }

    /// <summary>
    /// Calls <paramref name="action"/> with the exception when the promise is rejected, at once if it already is. An
    /// exception of the action goes to the async exception hook (<see cref="AsyncExceptions"/>). OCaml:
    /// <c>Lwt.on_failure</c>.
    /// </summary>
    public void OnFailure(Action<Exception> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Primitives.OnFailure(this, new FailureEffect(action));
    }

    /// <summary>
    /// Calls <paramref name="action"/> when the promise is fulfilled or rejected, at once if it already is. An
    /// exception of the action goes to the async exception hook (<see cref="AsyncExceptions"/>). OCaml:
    /// <c>Lwt.on_termination</c>.
    /// </summary>
    public void OnTermination(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Primitives.OnAny(this, new PlainEffect(action), new PlainEffect(action));
    }

    /// <summary>
    /// Calls <paramref name="body"/> now and does not wait for its promise. If the body throws, or its promise is
    /// rejected or cancelled, the exception goes to the async exception hook (<see cref="AsyncExceptions"/>). OCaml:
    /// <c>Lwt.async</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// Promise.FireAndForget(async () =>
    /// {
    ///     log.Add(await Load("home"));
    /// });
    /// log.Add("started");
    /// </code>
    /// </example>
    public static void FireAndForget(Func<Promise> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Primitives.FireAndForget<Unit, UnitFuncBody>(new(body));
    }

    /// <summary>
    /// Calls <paramref name="body"/> now and does not wait for its promise. If the body throws, or its promise is
    /// rejected or cancelled, calls <paramref name="handler"/> with the exception. An exception of the handler goes to
    /// the async exception hook (<see cref="AsyncExceptions"/>). OCaml: <c>Lwt.dont_wait</c>.
    /// </summary>
    public static void FireAndForget(Func<Promise> body, Action<Exception> handler)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(handler);
        Primitives.FireAndForget<Unit, UnitFuncBody, FailureEffect>(new(body), new(handler));
    }

    /// <summary>
    /// Does not wait for the promise. If it is already rejected, throws its exception; if it is rejected later, the
    /// exception goes to the async exception hook (<see cref="AsyncExceptions"/>). OCaml: <c>Lwt.ignore_result</c>.
    /// </summary>
    public void Ignore() => Primitives.ReportFailure(this, rethrow: true);

    /// <summary>
    /// Returns a promise with a <see cref="Unit"/> value that is resolved when this one is; for query syntax.
    /// </summary>
    public Promise<Unit> AsUnit() => this as Promise<Unit> ?? Primitives.Map<Unit, ForgetValue>(this, default);
}

public partial class Promise<T>
{
    /// <summary>
    /// Calls <paramref name="next"/> with the value when this promise is fulfilled. The result is resolved like the
    /// promise that <paramref name="next"/> returns, or rejected if this promise is rejected. Cancelling the result
    /// cancels the promise that it waits for. OCaml: <c>Lwt.bind</c>.
    /// </summary>
    /// <param name="next">
    /// If this promise is already fulfilled, it is called before this returns, and its exception is thrown here; if it
    /// is called later, its exception rejects the result.
    /// </param>
    /// <example>
    /// <code>
    /// Promise&lt;string> page = FindAddress("home").Bind(address => Load(address));
    ///
    /// // An async method does the same with await.
    /// async Promise&lt;string> LoadHome() => await Load(await FindAddress("home"));
    /// </code>
    /// </example>
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

    /// <summary>
    /// Calls <paramref name="function"/> with the value when this promise is fulfilled, at once if it already is.
    /// Returns a promise for the function's result. A rejection of this promise, or an exception of the function,
    /// rejects the result. OCaml: <c>Lwt.map</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// Promise&lt;string> page = Load("home");
    /// Promise&lt;int> length = page.Map(text => text.Length);
    /// Promise&lt;Uri> link = page.Map(text => new Uri(text)); // rejected: the text is no URI
    /// </code>
    /// </example>
    public Promise<TResult> Map<TResult>(Func<T, TResult> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Primitives.Map<TResult, FuncPlainStep<T, TResult>>(this, new(function));
    }

    /// <summary>
    /// Calls <paramref name="action"/> with the value when the promise is fulfilled, at once if it already is. An
    /// exception of the action goes to the async exception hook (<see cref="AsyncExceptions"/>). OCaml:
    /// <c>Lwt.on_success</c>.
    /// </summary>
    public void OnSuccess(Action<T> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Primitives.OnSuccess(this, new ValueEffect<T>(action));
    }

    /// <summary>
    /// Calls <paramref name="onValue"/> with the value when the promise is fulfilled, or <paramref name="onReason"/>
    /// with the exception when it is rejected; at once if it already is. An exception of either goes to the async
    /// exception hook (<see cref="AsyncExceptions"/>). OCaml: <c>Lwt.on_any</c>.
    /// </summary>
    public void OnAny(Action<T> onValue, Action<Exception> onReason)
    {
        ArgumentNullException.ThrowIfNull(onValue);
        ArgumentNullException.ThrowIfNull(onReason);
        Primitives.OnAny(this, new ValueEffect<T>(onValue), new FailureEffect(onReason));
    }

    /// <summary>
    /// Reads the value of a fulfilled promise, without waiting; throws the exception of a rejected one. OCaml:
    /// <c>Lwt.poll</c>.
    /// </summary>
    /// <returns>True if the promise is fulfilled; false if it is pending.</returns>
    public bool TryPoll([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value)
    {
        var promise = Underlying();
        if (promise.State == Rejected)
            Rejections.Throw(promise);
        value = promise.Result;
        return promise.State == Fulfilled;
    }
}
