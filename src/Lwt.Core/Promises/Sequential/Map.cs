using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// The promise of map for a pending source: like bind (the model), but the function returns a plain value.
/// </summary>
internal sealed class Map<T, TStep> : Dependent<T>
    where TStep : IPlainStep<T>
{
    private TStep _step;

    internal Map(Promise source, TStep step, Driver driver)
        : base(driver)
    {
        Link = CancelLink.To(source);
        _step = step;
    }

    internal override Promise? Run(Promise source, Driver driver)
    {
        var step = _step;
        _step = default!;
        if (source.State == Rejected)
            return TakeOuter().RejectWith(source.Reason);
        driver.Storage = null;
        try
        {
            // Call the function first: it may turn this promise into a proxy.
            var value = step.Invoke(source);
            return TakeOuter().FulfillWith(value);
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            return TakeOuter().RejectWith(e);
        }
    }
}
