using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A promise that waits for other promises: the base of what bind, map, join and similar operations return, and of the
/// boxes of async methods and blocks.
/// </summary>
internal abstract partial class Dependent<T> : Promise<T>
{
    // Pending: null, a Promise, a Promise[], a Racer or a scope; see Promise.CancelLink. With NotifiesCancel: who is to be told.
    // Rejected, until the driver takes them: its callbacks.
    internal object? Link;

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
        outer.Link = null;
        return outer;
    }

    private protected sealed override object KeepCallbacks(Exception reason, Continuation callbacks)
    {
        Link = callbacks;
        return reason;
    }

    private protected sealed override Continuation? TakeKeptCallbacks()
    {
        var callbacks = Cast.To<Continuation?>(Link);
        Link = null;
        return callbacks;
    }

    internal sealed override object? CancelLink => Link;

    internal sealed override void DropLink() => Link = null;

    internal override string Describe() => GetType().Name.Split('`')[0].ToLowerInvariant();
}
