using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// The promise that bind makes on a pending one, and the callback on it. The model of the sequential kinds: the
/// others follow its shape and leave out what is said here.
/// </summary>
/// <remarks>
/// Its life: (1) it waits in the list of its source, and cancelling it cancels the source; (2) the source is resolved
/// and the driver runs it: a rejection goes through to it, a value to the function; (3) what the function gives is
/// forwarded: either resolved, and so is this, or pending, and then it becomes a proxy of this.
/// </remarks>
internal sealed class Bind<T, TStep> : Dependent<T>
    where TStep : IStep<T>
{
    private TStep _step;

    internal Bind(Promise source, TStep step, Driver driver)
        : base(driver)
    {
        Link = source;
        _step = step;
    }

    internal override Promise? Run(Promise source, Driver driver)
    {
        // The function and what it holds must not live as long as the promise does.
        var step = _step;
        _step = default!;
        if (source.State == Rejected)
            return TakeOuter().RejectWith(source.Reason);
        driver.Storage = null;
        Promise<T> inner;
        try
        {
            inner = step.Invoke(source);
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            return TakeOuter().RejectWith(e);
        }
        return Forward(inner, driver);
    }
}
