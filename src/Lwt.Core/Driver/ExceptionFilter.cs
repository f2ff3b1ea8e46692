namespace Lwt.Core;

/// <summary>
/// Which exceptions a promise may swallow, that is, turn into a rejection. OCaml: <c>Lwt.Exception_filter</c>.
/// </summary>
public static class ExceptionFilter
{
    private static Func<Exception, bool> s_mayCatch = HandleAllExceptRuntime;

    /// <summary>
    /// The default: all but those of a runtime in trouble (out of memory, stack nearly exhausted, access violation),
    /// which go on up to the caller. OCaml: <c>Exception_filter.handle_all_except_runtime</c>.
    /// </summary>
    public static bool HandleAllExceptRuntime(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception
            is not (
                OutOfMemoryException
                or InsufficientExecutionStackException
                or StackOverflowException
                or AccessViolationException
                or ThreadInterruptedException
            );
    }

    /// <summary>Every exception becomes a rejection. OCaml: <c>Exception_filter.handle_all</c>.</summary>
    public static bool HandleAll(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return true;
    }

    /// <summary>Sets the filter of the process. OCaml: <c>Exception_filter.set</c>.</summary>
    public static void Set(Func<Exception, bool> mayCatch)
    {
        ArgumentNullException.ThrowIfNull(mayCatch);
        s_mayCatch = mayCatch;
    }

    internal static bool MayCatch(Exception exception) => s_mayCatch(exception);
}
