using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// The promise that bind returns for a pending source, and the callback on that source. It is the model of the
/// sequential kinds: the others follow its shape, and their comments do not repeat this one.
/// </summary>
/// <remarks>
/// Its life: (1) it is a callback of its source, and cancelling it cancels the source; (2) the source is resolved and
/// the driver calls Run: a rejection is copied to this promise, a value is passed to the function; (3) the function's
/// promise decides the outcome: if it is resolved, this is resolved like it; if it is pending, it becomes a proxy of
/// this.
/// </remarks>
internal sealed class Bind<T, TStep> : Dependent<T>
    where TStep : IStep<T>
{
    private TStep _step;

    internal Bind(Promise source, TStep step, Driver driver)
        : base(driver)
    {
        Link = CancelLink.To(source);
        _step = step;
    }

    internal override Promise? Run(Promise source, Driver driver)
    {
        // The promise may live long; the function, and what it captured, must not live as long.
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
