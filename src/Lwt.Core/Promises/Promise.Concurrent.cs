using Lwt.Core.CompilerServices;

namespace Lwt.Core;

public abstract partial class Promise
{
    /// <summary>
    /// Returns a promise that waits for all promises. It is fulfilled once all are fulfilled; if any are rejected, it
    /// is rejected with the first rejection, after all are resolved. Cancelling it cancels all promises. OCaml:
    /// <c>Lwt.join</c>.
    /// </summary>
    /// <exception cref="ArgumentNullException">One of the promises is null.</exception>
    /// <example>
    /// <code>
    /// await Promise.Join(Save("a"), Save("b"), Save("c"));
    /// // All three have ended here. If one fails, await throws its exception, but only
    /// // after the others have ended.
    /// </code>
    /// </example>
    public static Promise Join(params ReadOnlySpan<Promise> promises) => Primitives.Join<Unit>(promises.ToArray());

    /// <inheritdoc cref="Join(ReadOnlySpan{Promise})"/>
    public static Promise Join(IEnumerable<Promise> promises)
    {
        ArgumentNullException.ThrowIfNull(promises);
        return Primitives.Join<Unit>([.. promises]);
    }

    /// <summary>
    /// Returns a promise for both values. It waits for both promises and fails as
    /// <see cref="Join(ReadOnlySpan{Promise})"/> does. OCaml: <c>Lwt.both</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// var (page, connection) = await Promise.Both(Load("home"), Connection.Open());
    /// </code>
    /// </example>
    public static Promise<(TFirst First, TSecond Second)> Both<TFirst, TSecond>(
        Promise<TFirst> first,
        Promise<TSecond> second
    )
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return Primitives.Both<TFirst, TSecond, (TFirst First, TSecond Second), TupleMaker<TFirst, TSecond>>(
            first,
            second,
            default
        );
    }

    /// <summary>
    /// Returns a promise for all values, in the order of the promises. It waits for all of them and fails as
    /// <see cref="Join(ReadOnlySpan{Promise})"/> does. OCaml: <c>Lwt.all</c>.
    /// </summary>
    /// <exception cref="ArgumentNullException">One of the promises is null.</exception>
    /// <example>
    /// <code>
    /// string[] addresses = ["home", "news"];
    /// IReadOnlyList&lt;string> pages = await Promise.All(addresses.Select(address => Load(address)));
    /// </code>
    /// </example>
    public static Promise<IReadOnlyList<T>> All<T>(params ReadOnlySpan<Promise<T>> promises) =>
        Primitives.All<T, IReadOnlyList<T>, ReadOnlyListMaker<T>>(promises.ToArray(), default);

    /// <inheritdoc cref="All{T}(ReadOnlySpan{Promise{T}})"/>
    public static Promise<IReadOnlyList<T>> All<T>(IEnumerable<Promise<T>> promises)
    {
        ArgumentNullException.ThrowIfNull(promises);
        return Primitives.All<T, IReadOnlyList<T>, ReadOnlyListMaker<T>>([.. promises], default);
    }

    /// <summary>
    /// Returns a promise that is resolved like the first of the promises to be resolved. The other promises continue.
    /// Cancelling the result cancels all promises. OCaml: <c>Lwt.choose</c>.
    /// </summary>
    /// <remarks>
    /// If several promises are already resolved, a rejected one is preferred to a fulfilled one; among equals it
    /// chooses at random (<see cref="EventLoop.Random"/>).
    /// </remarks>
    /// <exception cref="ArgumentException">There are no promises.</exception>
    /// <exception cref="ArgumentNullException">One of the promises is null.</exception>
    /// <example>
    /// <code>
    /// var near = Load("near mirror");
    /// var far = Load("slow mirror");
    /// var first = await Promise.Choose(near, far);
    /// var second = await far; // it was not cancelled
    /// </code>
    /// </example>
    public static Promise<T> Choose<T>(params ReadOnlySpan<Promise<T>> promises) => Primitives.Choose(promises);

    /// <inheritdoc cref="Choose{T}(ReadOnlySpan{Promise{T}})"/>
    public static Promise<T> Choose<T>(IEnumerable<Promise<T>> promises)
    {
        ArgumentNullException.ThrowIfNull(promises);
        return Primitives.Choose<T>([.. promises]);
    }

    /// <summary>
    /// Returns a promise that is resolved like the first of the promises to be resolved, and cancels the other promises
    /// before it is resolved itself. Cancelling the result cancels all promises. OCaml: <c>Lwt.pick</c>.
    /// </summary>
    /// <remarks>
    /// Among promises that are already resolved it chooses as <see cref="Choose{T}(ReadOnlySpan{Promise{T}})"/> does.
    /// </remarks>
    /// <exception cref="ArgumentException">There are no promises.</exception>
    /// <exception cref="ArgumentNullException">One of the promises is null.</exception>
    /// <example>
    /// <code>
    /// var near = Load("near mirror");
    /// var far = Load("slow mirror");
    /// var first = await Promise.Pick(near, far);
    /// var canceled = far.IsCanceled; // true
    /// </code>
    /// </example>
    public static Promise<T> Pick<T>(params ReadOnlySpan<Promise<T>> promises) => Primitives.Pick(promises);

    /// <inheritdoc cref="Pick{T}(ReadOnlySpan{Promise{T}})"/>
    public static Promise<T> Pick<T>(IEnumerable<Promise<T>> promises)
    {
        ArgumentNullException.ThrowIfNull(promises);
        return Primitives.Pick<T>([.. promises]);
    }

    /// <summary>
    /// Waits until at least one of the promises is resolved; returns a promise for the values of all that are fulfilled
    /// by then, or is rejected if one of them is rejected. The pending promises continue. OCaml: <c>Lwt.nchoose</c>.
    /// </summary>
    /// <exception cref="ArgumentException">There are no promises.</exception>
    public static Promise<IReadOnlyList<T>> NChoose<T>(params ReadOnlySpan<Promise<T>> promises) =>
        Primitives.NChoose<T, IReadOnlyList<T>, ReadOnlyListMaker<T>>(promises, default, cancelOthers: false);

    /// <summary>
    /// Like <see cref="NChoose"/>, but cancels the pending promises before the result is resolved. OCaml:
    /// <c>Lwt.npick</c>.
    /// </summary>
    /// <exception cref="ArgumentException">There are no promises.</exception>
    public static Promise<IReadOnlyList<T>> NPick<T>(params ReadOnlySpan<Promise<T>> promises) =>
        Primitives.NChoose<T, IReadOnlyList<T>, ReadOnlyListMaker<T>>(promises, default, cancelOthers: true);

    /// <summary>
    /// Like <see cref="NChoose"/>, but also returns the promises that are still pending. OCaml:
    /// <c>Lwt.nchoose_split</c>.
    /// </summary>
    /// <exception cref="ArgumentException">There are no promises.</exception>
    public static Promise<(IReadOnlyList<T> Values, IReadOnlyList<Promise<T>> Pending)> NChooseSplit<T>(
        params ReadOnlySpan<Promise<T>> promises
    ) =>
        Primitives.NChooseSplit<T, (IReadOnlyList<T> Values, IReadOnlyList<Promise<T>> Pending), SplitMaker<T>>(
            promises,
            default
        );
}

public partial class Promise<T>
{
    /// <summary>
    /// Returns a promise that is resolved like this one. Cancelling it rejects it and leaves this one as it is. OCaml:
    /// <c>Lwt.protected</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// Promise&lt;string> shared = Load("home"); // several callers wait for it
    /// Promise&lt;string> mine = shared.Protected();
    /// mine.Cancel(); // rejects mine; shared stays pending
    /// </code>
    /// </example>
    public Promise<T> Protected() => Primitives.Protected(this);

    /// <summary>
    /// Returns a promise that is resolved like this one. Cancelling it does nothing. OCaml: <c>Lwt.no_cancel</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// Promise&lt;string> critical = Load("home").NoCancel();
    /// critical.Cancel(); // does nothing
    /// var page = await critical;
    /// </code>
    /// </example>
    public Promise<T> NoCancel() => Primitives.NoCancel(this);

    /// <summary>
    /// Returns a promise that is resolved like this one. Cancelling it cancels this one first and then, even if this
    /// one cannot be cancelled, rejects the result. OCaml: <c>Lwt.wrap_in_cancelable</c>.
    /// </summary>
    public Promise<T> WrapInCancelable() => Primitives.WrapInCancelable(this);
}
