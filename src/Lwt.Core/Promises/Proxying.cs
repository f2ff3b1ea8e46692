using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// When the function given to bind returns a pending promise, that promise becomes a proxy of bind's result: from
/// then on the two are one. This is what runs endless loops in constant memory.
/// </summary>
/// <remarks>
/// Invariant: a proxy's Slot leads, in one or more steps, to a promise that is no proxy; <see cref="Follow"/>
/// shortens the way as it goes.
/// </remarks>
internal static class Proxying
{
    /// <summary>The promise that a proxy stands for; every proxy on the way then points straight at it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static Promise Follow(Promise proxy)
    {
        var target = Unsafe.As<Promise>(proxy.Slot!);
        if (target.State != Promise.Proxy)
            return target;
        while (target.State == Promise.Proxy)
            target = Unsafe.As<Promise>(target.Slot!);
        while (proxy.State == Promise.Proxy)
        {
            var next = Unsafe.As<Promise>(proxy.Slot!);
            proxy.Slot = target;
            proxy = next;
        }
        return target;
    }

    /// <summary>
    /// Makes <paramref name="outer"/> behave as <paramref name="inner"/>, which a callback gave. Returns the outer
    /// promise if that resolved it.
    /// </summary>
    internal static Promise? Forward<T>(Composed<T> outer, Promise<T>? inner, Resolution resolution)
    {
        outer = outer.Outer();
        if (inner is null)
            return outer.RejectWith(Errors.NullPromise());
        if (inner.State == Promise.Fulfilled)
            return outer.FulfillWith(inner.Result);
        return ForwardSlow(outer, inner.Settled(), resolution);
    }

    private static Promise? ForwardSlow<T>(Composed<T> outer, Promise<T> inner, Resolution resolution)
    {
        if (inner.State == Promise.Fulfilled)
            return outer.FulfillWith(inner.Result);
        if (inner.State == Promise.Rejected)
            return outer.RejectWith(inner.Reason);
        if (inner.Owner != resolution.Id)
            return outer.RejectWith(Errors.WrongLoop(inner));
        if (ReferenceEquals(inner, outer))
            return null;
        if (outer.Slot is null)
            outer.Slot = inner.Slot;
        else if (inner.Slot is not null)
        {
            Callbacks.Concat(outer, inner);
            outer.Flags |= Promise.HasSeveral;
        }
        outer.Flags |= (byte)(inner.Flags & ~(Promise.Ended | Promise.HasToken));
        outer.Link = (inner.Flags & Promise.NotifiesCancel) != 0 ? inner.CancelLink ?? inner : inner.CancelLink;
        inner.State = Promise.Proxy;
        inner.Slot = outer;
        return null;
    }
}
