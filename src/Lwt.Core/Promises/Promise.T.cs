using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A promise for a value of type <typeparamref name="T"/>; what Task&lt;T&gt; is among Tasks. OCaml: <c>'a Lwt.t</c>.
/// </summary>
/// <typeparam name="T">The type of the value.</typeparam>
[AsyncMethodBuilder(typeof(CompilerServices.PromiseMethodBuilder<>))]
public partial class Promise<T> : Promise
{
    // The value of a fulfilled promise; the type's default before.
    internal T Result = default!;

    /// <summary>Creates a pending promise, as wait, task and pause do.</summary>
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

    /// <summary>
    /// Fulfills this pending promise; the caller runs the callbacks, by returning it to the driver or by Driver.Run.
    /// </summary>
    internal Promise FulfillWith(T value)
    {
        AssertCanResolve();
        Result = value;
        State = Fulfilled;
        return this;
    }

    /// <summary>Like <see cref="Promise.Underlying"/>, with the type of the value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal new Promise<T> Underlying() => State == Proxy ? Cast.To<Promise<T>>(Proxying.Follow(this)) : this;

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
        throw new InvalidOperationException("A promise of this kind does not wait for another one.");
}
