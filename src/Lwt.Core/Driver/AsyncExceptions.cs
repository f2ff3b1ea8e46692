namespace Lwt.Core;

/// <summary>
/// Where the exceptions go that no promise takes: those of background work and of callbacks that make no promise.
/// OCaml: <c>Lwt.async_exception_hook</c>.
/// </summary>
/// <remarks>
/// The hook of the innermost scope is asked (<see cref="WithHook{T}"/>), else the process's <see cref="Hook"/>. By
/// default the exception is written to standard error and ends the run of the loop: it is never lost.
/// </remarks>
public static class AsyncExceptions
{
    private static readonly PromiseKey<Action<Exception>> s_scope = new();

    /// <summary>The hook of the process; null, as at first, is the default described above.</summary>
    public static Action<Exception>? Hook { get; set; }

    /// <summary>
    /// Runs <paramref name="function"/> so that the background work started in it, and in the callbacks that it
    /// attaches, reports to <paramref name="hook"/>.
    /// </summary>
    public static T WithHook<T>(Action<Exception> hook, Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(hook);
        return s_scope.With(hook, function);
    }

    /// <summary>What the default does: writes to standard error and ends the run of this thread's loop.</summary>
    public static void Default(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Console.Error.WriteLine($"Unhandled exception in background work: {exception}");
        Driver.Current.Loop.Fail(exception);
    }

    internal static void Report(Exception exception, Driver driver) => Report(exception, driver, driver.Storage);

    /// <summary>Reports to the hook of the scope in which the work was started.</summary>
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
                $"The async exception hook raised {e.GetType().Name} ({e.Message}) while it was given "
                    + $"{exception.GetType().Name} ({exception.Message}). A hook must handle what it is given and return.",
                new AggregateException(exception, e)
            );
            // Written too, for a run throws one failure, and there may be others, or no run.
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

/// <summary>The callback on background work: reports its rejection to the hook of the scope that started it.</summary>
internal sealed class Background(Storage? scope) : Callback
{
    internal override Promise? Run(Promise source, Driver driver)
    {
        if (source.State == Promise.Rejected)
            AsyncExceptions.Report(source.Reason, driver, scope);
        return null;
    }
}

/// <summary>The callback of dont_wait: gives the rejection to a handler, at whatever storage is current.</summary>
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
