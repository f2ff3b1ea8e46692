namespace Lwt.Core;

/// <summary>
/// What happens to exceptions that no promise receives: those of background work
/// (<see cref="Promise.FireAndForget(Func{Promise})"/>) and of callbacks that return no promise
/// (<see cref="Promise{T}.OnSuccess"/>). They go to the async exception hook. OCaml: <c>Lwt.async_exception_hook</c>.
/// </summary>
/// <remarks>
/// The hook is that of the innermost <see cref="WithHook{T}"/>, otherwise the process's <see cref="Hook"/>. By default
/// the exception is written to standard error and ends the run of the loop, so it is never lost.
/// </remarks>
/// <example>
/// <code>
/// async Promise Serve()
/// {
///     Promise.FireAndForget(() => Load("down")); // its exception goes to the hook
///     await Promise.Sleep(TimeSpan.FromSeconds(5));
/// }
/// var serving = AsyncExceptions.WithHook(exception => log.Add(exception.Message), Serve);
/// </code>
/// </example>
public static class AsyncExceptions
{
    private static readonly PromiseKey<Action<Exception>> s_scope = new();

    /// <summary>
    /// The hook of the process, for all loops; null, the initial value, for <see cref="Default"/>. It is called on the
    /// thread of the loop where the exception occurs and must not throw.
    /// </summary>
    public static Action<Exception>? Hook { get; set; }

    /// <summary>
    /// Calls <paramref name="function"/> with <paramref name="hook"/> as the hook for everything that the function
    /// starts, including later callbacks. Returns the function's result.
    /// </summary>
    /// <param name="hook">
    /// Called on the loop's thread with each exception. If it throws, the run of the loop ends with that failure.
    /// </param>
    /// <param name="function">Called before this returns; its own exception is thrown here.</param>
    public static T WithHook<T>(Action<Exception> hook, Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(hook);
        return s_scope.With(hook, function);
    }

    /// <summary>
    /// The default hook: writes the exception to standard error and ends the run of this thread's loop, which then
    /// throws the exception.
    /// </summary>
    public static void Default(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Console.Error.WriteLine($"Unhandled exception in background work: {exception}");
        Driver.Current.Loop.Fail(exception);
    }

    internal static void Report(Exception exception, Driver driver) => Report(exception, driver, driver.Storage);

    /// <summary>Reports an exception to the hook of the scope in which the work was started.</summary>
    internal static void Report(Exception exception, Driver driver, Storage? scope)
    {
        exception = PromiseCanceledException.ToShow(exception);
        var hook = Scoped(scope) ?? Hook;
        try
        {
            if (hook is null)
                Default(exception);
            else
                hook(exception);
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            var failure = new InvalidOperationException(
                $"The async exception hook threw {e.GetType().Name} ({e.Message}) when it was called with "
                    + $"{exception.GetType().Name} ({exception.Message}). A hook must handle the exception and return.",
                new AggregateException(exception, e)
            );
            // Also written, because a run throws only one failure, and there may be others, or no run.
            Console.Error.WriteLine(failure);
            driver.Loop.Fail(failure);
        }
    }

    private static Action<Exception>? Scoped(Storage? scope)
    {
        for (; scope is not null; scope = scope.Rest)
            if (ReferenceEquals(scope.Key, s_scope))
                return ((Storage.Entry<Action<Exception>>)scope).Value;
        return null;
    }
}

/// <summary>
/// The callback on background work: it reports a rejection to the hook of the scope in which the work was started.
/// </summary>
internal sealed class Background(Storage? scope) : Callback
{
    internal override Promise? Run(Promise source, Driver driver)
    {
        if (source.State == Promise.Rejected)
            AsyncExceptions.Report(source.Reason, driver, scope);
        return null;
    }
}

/// <summary>The callback of dont_wait: it passes a rejection to a handler, with whatever storage is current.</summary>
internal sealed class Unwaited<TFailure>(TFailure handler) : Callback
    where TFailure : CompilerServices.IFailureEffect
{
    internal override Promise? Run(Promise source, Driver driver)
    {
        if (source.State == Promise.Rejected)
            Handle(source.Reason, handler, driver);
        return null;
    }

    internal static void Handle(Exception reason, TFailure handler, Driver driver)
    {
        try
        {
            handler.Invoke(reason);
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            AsyncExceptions.Report(e, driver);
        }
    }
}
