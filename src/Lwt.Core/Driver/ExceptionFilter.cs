namespace Lwt.Core;

/// <summary>
/// Decides which exceptions of callbacks become rejections. Others pass through the promises to the caller and end the
/// run of the loop. OCaml: <c>Lwt.Exception_filter</c>.
/// </summary>
public static class ExceptionFilter
{
    private static Func<Exception, bool> s_mayCatch = HandleAllExceptRuntime;

    /// <summary>
    /// A filter that is true for every exception: each becomes a rejection. OCaml: <c>Exception_filter.handle_all</c>.
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

    /// <summary>Sets the filter of the process, for all loops. OCaml: <c>Exception_filter.set</c>.</summary>
    /// <param name="mayCatch">
    /// Returns whether an exception becomes a rejection. It is called, on any loop's thread, with each exception that
    /// leaves a callback; it must not throw.
    /// </param>
    public static void Set(Func<Exception, bool> mayCatch)
    {
        ArgumentNullException.ThrowIfNull(mayCatch);
        s_mayCatch = mayCatch;
    }

    internal static bool MayCatch(Exception exception) => s_mayCatch(exception);
}
