using Lwt.Core.CompilerServices;

namespace Lwt.Core;

public abstract partial class Promise
{
    /// <summary>
    /// Waits until all are resolved, then is fulfilled, or rejected as the first of them that was. Cancelling it
    /// cancels all. OCaml: <c>Lwt.join</c>.
    /// </summary>
    public static Promise Join(params ReadOnlySpan<Promise> promises) => Primitives.Join<Unit>(promises.ToArray());

    /// <inheritdoc cref="Join(ReadOnlySpan{Promise})"/>
    public static Promise Join(IEnumerable<Promise> promises)
    {
        ArgumentNullException.ThrowIfNull(promises);
        return Primitives.Join<Unit>([.. promises]);
    }

    /// <summary>As join, giving both values. OCaml: <c>Lwt.both</c>.</summary>
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

    /// <summary>As join, giving all the values in order. OCaml: <c>Lwt.all</c>.</summary>
    public static Promise<IReadOnlyList<T>> All<T>(params ReadOnlySpan<Promise<T>> promises) =>
        Primitives.All<T, IReadOnlyList<T>, ReadOnlyListMaker<T>>(promises.ToArray(), default);

    /// <inheritdoc cref="All{T}(ReadOnlySpan{Promise{T}})"/>
    public static Promise<IReadOnlyList<T>> All<T>(IEnumerable<Promise<T>> promises)
    {
        ArgumentNullException.ThrowIfNull(promises);
        return Primitives.All<T, IReadOnlyList<T>, ReadOnlyListMaker<T>>([.. promises], default);
    }

    /// <summary>
    /// Is resolved as the first of the promises to be resolved; the others go on. Among several that are resolved
    /// already it chooses at random (<see cref="EventLoop.Random"/>), a rejected one before all others. OCaml:
    /// <c>Lwt.choose</c>.
    /// </summary>
    /// <exception cref="ArgumentException">There are no promises.</exception>
    public static Promise<T> Choose<T>(params ReadOnlySpan<Promise<T>> promises) => Primitives.Choose(promises);

    /// <inheritdoc cref="Choose{T}(ReadOnlySpan{Promise{T}})"/>
    public static Promise<T> Choose<T>(IEnumerable<Promise<T>> promises)
    {
        ArgumentNullException.ThrowIfNull(promises);
        return Primitives.Choose<T>([.. promises]);
    }

    /// <summary>
    /// As <see cref="Choose{T}(ReadOnlySpan{Promise{T}})"/>, and cancels the others before it is resolved itself. OCaml:
    /// <c>Lwt.pick</c>.
    /// </summary>
    /// <exception cref="ArgumentException">There are no promises.</exception>
    public static Promise<T> Pick<T>(params ReadOnlySpan<Promise<T>> promises) => Primitives.Pick(promises);

    /// <inheritdoc cref="Pick{T}(ReadOnlySpan{Promise{T}})"/>
    public static Promise<T> Pick<T>(IEnumerable<Promise<T>> promises)
    {
        ArgumentNullException.ThrowIfNull(promises);
        return Primitives.Pick<T>([.. promises]);
    }

    /// <summary>As choose, giving the values of all that are fulfilled by then. OCaml: <c>Lwt.nchoose</c>.</summary>
    /// <exception cref="ArgumentException">There are no promises.</exception>
    public static Promise<IReadOnlyList<T>> NChoose<T>(params ReadOnlySpan<Promise<T>> promises) =>
        Primitives.NChoose<T, IReadOnlyList<T>, ReadOnlyListMaker<T>>(promises, default, cancelOthers: false);

    /// <summary>As pick, giving the values of all that are fulfilled by then. OCaml: <c>Lwt.npick</c>.</summary>
    /// <exception cref="ArgumentException">There are no promises.</exception>
    public static Promise<IReadOnlyList<T>> NPick<T>(params ReadOnlySpan<Promise<T>> promises) =>
        Primitives.NChoose<T, IReadOnlyList<T>, ReadOnlyListMaker<T>>(promises, default, cancelOthers: true);

    /// <summary>
    /// As nchoose, giving the promises that are pending yet as well. OCaml: <c>Lwt.nchoose_split</c>.
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
    /// A promise that follows this one and that cancelling rejects without touching this one. OCaml:
    /// <c>Lwt.protected</c>.
    /// </summary>
    public Promise<T> Protected() => Primitives.Protected(this);

    /// <summary>A promise that follows this one and that cannot be cancelled. OCaml: <c>Lwt.no_cancel</c>.</summary>
    public Promise<T> NoCancel() => Primitives.NoCancel(this);

    /// <summary>
    /// A promise that follows this one and that cancelling rejects, after it has cancelled this one. OCaml:
    /// <c>Lwt.wrap_in_cancelable</c>.
    /// </summary>
    public Promise<T> WrapInCancelable() => Primitives.WrapInCancelable(this);
}
