using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A promise that waits for other promises: the base of what bind, map, join and similar operations return, and of the
/// boxes of async methods and blocks.
/// </summary>
internal abstract partial class Dependent<T> : Promise<T>
{
    // What cancelling this leads to; while rejected, the callbacks that the driver is to take. See CancelLink.
    internal CancelLink Link;

    private protected Dependent(Driver owner) => Owner = owner.Id;

    /// <inheritdoc cref="Promise{T}.TakeOuter"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal new Dependent<T> TakeOuter()
    {
        var outer = this;
        if (State == Proxy)
        {
            // Most often one step, which needs no call.
            outer = Cast.To<Dependent<T>>(Slot!);
            if (outer.State == Proxy)
                outer = Cast.To<Dependent<T>>(Proxying.Follow(this));
        }
        outer.Link = CancelLink.None;
        return outer;
    }

    private protected sealed override object KeepCallbacks(Exception reason, Continuation callbacks)
    {
        Link = CancelLink.Keep(callbacks);
        return reason;
    }

    private protected sealed override Continuation? TakeKeptCallbacks()
    {
        var callbacks = Link.Callbacks;
        Link = CancelLink.None;
        return callbacks;
    }

    internal sealed override CancelLink CancelLink => Link;

    private protected sealed override bool HoldsNoLink => Link.IsNone;

    internal sealed override void DropLink() => Link = CancelLink.None;

    internal override void DescribeWait(WaitReport report) => report.Behind(Link, this);
}
