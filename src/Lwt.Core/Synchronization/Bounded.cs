using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// Calls that start in order, with a limited number pending at once: there are that many workers, and each makes the
/// next call when its previous one has ended.
/// </summary>
internal sealed class Bounded<TUnit>(int count, Func<int, Promise> call)
{
    private int _next;

    internal Promise<TUnit> Worker()
    {
        if (!StackGuard.HasRoom())
            return Primitives.Later<TUnit, Again>(new(this));
        while (_next < count)
        {
            var promise = Call(_next++).Underlying();
            var driver = Driver.Current;
            if (promise.State == Promise.Pending)
            {
                var node = Sequential.TryBind<TUnit, Again, Stop>(promise, new(this), new(this), driver);
                promise.Attach(node, driver);
                return node;
            }
            if (promise.State == Promise.Rejected)
                return new Stop(this).Invoke(promise.Reason);
        }
        return Completed<TUnit>.Default;
    }

    private Promise Call(int i)
    {
        try
        {
            return call(i) ?? throw Errors.NullPromise();
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            return Promise.Fail(e);
        }
    }

    private readonly struct Again(Bounded<TUnit> calls) : IStep<TUnit>
    {
        public Promise<TUnit> Invoke(Promise source) => calls.Worker();
    }

    private readonly struct Stop(Bounded<TUnit> calls) : IHandler<TUnit>
    {
        public Promise<TUnit> Invoke(Exception reason)
        {
            calls._next = int.MaxValue;
            return new Promise<TUnit>(reason);
        }
    }
}
