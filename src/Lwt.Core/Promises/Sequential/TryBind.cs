using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// The promise of try_bind for a pending body: like bind (the model), but with a function for each outcome. Finalize
/// uses it.
/// </summary>
internal sealed class TryBind<T, TStep, THandler> : Dependent<T>
    where TStep : IStep<T>
    where THandler : IHandler<T>
{
    private TStep _step;
    private THandler _handler;

    internal TryBind(Promise source, TStep step, THandler handler, Driver driver)
        : base(driver)
    {
        Link = CancelLink.To(source);
        _step = step;
        _handler = handler;
    }

    internal override Promise? Run(Promise source, Driver driver)
    {
        var (step, handler) = (_step, _handler);
        (_step, _handler) = (default!, default!);
        driver.Storage = null;
        Promise<T> inner;
        try
        {
            inner = source.State == Fulfilled ? step.Invoke(source) : handler.Invoke(source.Reason);
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            return TakeOuter().RejectWith(e);
        }
        return Forward(inner, driver);
    }
}
