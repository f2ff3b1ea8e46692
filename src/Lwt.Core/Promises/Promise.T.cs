using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>A promise of a value of type <typeparamref name="T"/>. Answers to <c>'a Lwt.t</c>.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
[AsyncMethodBuilder(typeof(CompilerServices.PromiseMethodBuilder<>))]
public partial class Promise<T> : Promise
{
    // Meaningful when fulfilled; the type's default before.
    internal T Result = default!;

    /// <summary>A pending promise: what wait, task and pause make.</summary>
    internal Promise(Resolution owner, byte flags)
    {
        Owner = owner.Id;
        Flags = flags;
    }

    internal Promise(T value)
    {
        Result = value;
        State = Fulfilled;
    }

    internal Promise(Exception reason)
    {
        Slot = reason;
        State = Rejected;
    }

    private protected Promise() { }

    /// <summary>Turns this pending promise into a fulfilled one; the driver, or Resolution.Run, runs the callbacks.</summary>
    internal Promise FulfillWith(T value)
    {
        Result = value;
        State = Fulfilled;
        return this;
    }

    /// <summary>As <see cref="Promise.Settled"/>, typed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal new Promise<T> Settled() => State == Proxy ? Unsafe.As<Promise<T>>(Proxying.Follow(this)) : this;

    /// <summary>
    /// The promise to resolve in this one's stead: itself, or what it is a proxy of; either holds no link any more.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Promise<T> Outer()
    {
        var outer = Settled();
        outer.DropLink();
        return outer;
    }

    internal override Promise? Run(Promise source, Resolution resolution) =>
        throw new InvalidOperationException("A promise of this kind waits for no other.");
}

/// <summary>
/// A promise that waits for others: the base of the kinds that bind, map, join and their like make, and of the boxes
/// of async methods and blocks.
/// </summary>
internal abstract partial class Composed<T> : Promise<T>
{
    // Pending: null, a Promise, a Promise[], a Racer or a scope; see Promise.CancelLink. With NotifiesCancel: who is to be told.
    // Rejected, until the driver takes them: its callbacks.
    internal object? Link;

    private protected Composed(Resolution owner) => Owner = owner.Id;

    /// <inheritdoc cref="Promise{T}.Outer"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal new Composed<T> Outer()
    {
        var outer = this;
        if (State == Proxy)
        {
            // Most often one step, which needs no call.
            outer = Unsafe.As<Composed<T>>(Slot!);
            if (outer.State == Proxy)
                outer = Unsafe.As<Composed<T>>(Proxying.Follow(this));
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
        var callbacks = Unsafe.As<Continuation?>(Link);
        Link = null;
        return callbacks;
    }

    internal sealed override object? CancelLink => Link;

    internal sealed override void DropLink() => Link = null;

    internal override string Describe() => GetType().Name.Split('`')[0].ToLowerInvariant();
}
