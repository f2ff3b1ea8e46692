using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>A promise of a value of type <typeparamref name="T"/>. OCaml: <c>'a Lwt.t</c>.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
[AsyncMethodBuilder(typeof(CompilerServices.PromiseMethodBuilder<>))]
public partial class Promise<T> : Promise
{
    // Meaningful when fulfilled; the type's default before.
    internal T Result = default!;

    /// <summary>A pending promise: what wait, task and pause make.</summary>
    internal Promise(Driver owner, byte flags)
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

    /// <summary>Turns this pending promise into a fulfilled one; the driver, or Driver.Run, runs the callbacks.</summary>
    internal Promise FulfillWith(T value)
    {
        Result = value;
        State = Fulfilled;
        return this;
    }

    /// <summary>As <see cref="Promise.Underlying"/>, typed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal new Promise<T> Underlying() => State == Proxy ? Unsafe.As<Promise<T>>(Proxying.Follow(this)) : this;

    /// <summary>
    /// The promise to resolve in this one's stead: itself, or what it is a proxy of; either holds no link any more.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Promise<T> TakeOuter()
    {
        var outer = Underlying();
        outer.DropLink();
        return outer;
    }

    internal override Promise? Run(Promise source, Driver driver) =>
        throw new InvalidOperationException("A promise of this kind waits for no other.");
}
