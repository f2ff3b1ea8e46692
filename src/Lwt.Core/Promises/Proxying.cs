using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// When the function given to bind returns a pending promise, that promise becomes a proxy of bind's result: from then
/// on both are one promise. So endless loops run in constant memory.
/// </summary>
/// <remarks>
/// Invariant: the Slot of a proxy leads, in one or more steps, to a promise that is not a proxy; <see cref="Follow"/>
/// shortens the path.
/// </remarks>
internal static class Proxying
{
    /// <summary>
    /// Returns the promise that a proxy stands for, and lets every proxy on the path point directly to it.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static Promise Follow(Promise proxy)
    {
        var target = Cast.To<Promise>(proxy.Slot!);
        if (target.State != Promise.Proxy)
            return target;
        while (target.State == Promise.Proxy)
            target = Cast.To<Promise>(target.Slot!);
        while (proxy.State == Promise.Proxy)
        {
            var next = Cast.To<Promise>(proxy.Slot!);
            proxy.Slot = target;
            proxy = next;
        }
        Debug.Assert(target.State != Promise.Proxy, "Proxies lead to a promise that is none.");
        return target;
    }
}

internal abstract partial class Dependent<T>
{
    /// <summary>
    /// Makes this promise, or the target of its proxy, behave like <paramref name="inner"/>, which a callback returned.
    /// Returns the promise if this resolved it.
    /// </summary>
    internal Promise? Forward(Promise<T>? inner, Driver driver)
    {
        var outer = TakeOuter();
        if (inner is null)
            return outer.RejectWith(Errors.NullPromise());
        if (inner.State == Fulfilled)
            return outer.FulfillWith(inner.Result);
        return outer.Become(inner.Underlying(), driver);
    }

    private Promise? Become(Promise<T> inner, Driver driver)
    {
        if (inner.State == Fulfilled)
            return FulfillWith(inner.Result);
        if (inner.State == Rejected)
            return RejectWith(inner.Reason);
        if (inner.Owner != driver.Id)
            return RejectWith(Errors.WrongLoop(inner));
        if (ReferenceEquals(inner, this))
            return null;
        AssertCanResolve();
        if (inner.Slot is not null)
            TakeOver(inner);
        Flags |= (byte)(inner.Flags & ~(Ended | HasToken));
        Link = inner.CancelLink.OrItself(inner);
        inner.State = Proxy;
        inner.Slot = this;
        Debug.Assert(State == Pending, "A proxy stands for a promise that is none.");
        return null;
    }

    private void TakeOver(Promise inner)
    {
        if (Slot is null)
        {
            Slot = inner.Slot;
            return;
        }
        Callbacks.Concat(this, inner);
        Flags |= HasSeveral;
    }
}
