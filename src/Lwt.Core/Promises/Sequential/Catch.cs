using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// The promise of catch for a pending body: like bind (the model), but the function handles the rejection.
/// </summary>
internal sealed class Catch<T, THandler> : Dependent<T>
    where THandler : IHandler<T>
{
    private THandler _handler;

    internal Catch(Promise<T> source, THandler handler, Driver driver)
        : base(driver)
    {
        Link = CancelLink.To(source);
        _handler = handler;
    }

    internal override Promise? Run(Promise source, Driver driver)
    {
        var handler = _handler;
        _handler = default!;
        if (source.State == Fulfilled)
            return TakeOuter().FulfillWith(Cast.To<Promise<T>>(source).Result);
        driver.Storage = null;
        Promise<T> inner;
        try
        {
            inner = handler.Invoke(source.Reason);
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            return TakeOuter().RejectWith(e);
        }
        return Forward(inner, driver);
    }
}
