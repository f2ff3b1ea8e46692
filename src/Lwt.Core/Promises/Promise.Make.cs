using Lwt.Core.CompilerServices;

namespace Lwt.Core;

public abstract partial class Promise
{
    /// <summary>A promise that is fulfilled already. OCaml: <c>Lwt.return_unit</c>.</summary>
    public static Promise Return() => Completed<Unit>.Default;

    /// <summary>A promise that is fulfilled already with <paramref name="value"/>. OCaml: <c>Lwt.return</c>.</summary>
    public static Promise<T> Return<T>(T value) => new(value);

    /// <summary>A promise that is rejected already. OCaml: <c>Lwt.fail</c>.</summary>
    public static Promise Fail(Exception reason) => Fail<Unit>(reason);

    /// <inheritdoc cref="Fail(Exception)"/>
    public static Promise<T> Fail<T>(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return new Promise<T>(reason);
    }

    /// <summary>
    /// A pending promise and its resolver; cancelling it does nothing. OCaml: <c>Lwt.wait</c>.
    /// </summary>
    public static (Promise<T> Promise, Resolver<T> Resolver) Create<T>()
    {
        var promise = Primitives.Wait<T>();
        return (promise, new Resolver<T>(promise));
    }

    /// <summary>
    /// A pending promise and its resolver; cancelling rejects it with <see cref="PromiseCanceledException"/>. OCaml: <c>Lwt.task</c>.
    /// </summary>
    public static (Promise<T> Promise, Resolver<T> Resolver) CreateCancelable<T>()
    {
        var promise = Primitives.Cancelable<T>();
        return (promise, new Resolver<T>(promise));
    }

    /// <summary>
    /// A pending promise and a resolver that any thread may use, for results that come from outside. While it is
    /// pending the loop stays up for it. Cancelling the promise rejects it, and the resolver then does nothing.
    /// </summary>
    public static (Promise<T> Promise, ThreadSafeResolver<T> Resolver) CreateThreadSafe<T>()
    {
        var resolver = new ThreadSafeResolver<T>(Driver.Current);
        return (resolver.Promise, resolver);
    }

    /// <summary>
    /// A cancelable promise that the loop fulfills in its next iteration, after what is ready now. OCaml:
    /// <c>Lwt.pause</c>.
    /// </summary>
    public static Promise Pause() => Primitives.Pause<Unit>();

    /// <summary>
    /// A cancelable promise that the loop fulfills once <paramref name="delay"/> has passed on its clock, never early; a
    /// delay of zero or less, in the next iteration; <see cref="Timeout.InfiniteTimeSpan"/>, never. OCaml:
    /// <c>Lwt_unix.sleep</c>.
    /// </summary>
    public static Promise Sleep(TimeSpan delay) => Primitives.Sleep<Unit>(delay);

    /// <summary>
    /// A promise that is rejected with <see cref="PromiseTimeoutException"/> once <paramref name="delay"/> has passed.
    /// OCaml: <c>Lwt_unix.timeout</c>.
    /// </summary>
    public static Promise<T> Timeout<T>(TimeSpan delay) =>
        Primitives.Bind<T, TimedOut<T>>(Primitives.Sleep<Unit>(delay), new(delay));

    /// <summary>
    /// The promise that <paramref name="body"/> gives, unless <paramref name="delay"/> passes first: then that promise
    /// is cancelled and the result rejected with <see cref="PromiseTimeoutException"/>. OCaml: <c>Lwt_unix.with_timeout</c>.
    /// </summary>
    public static Promise<T> WithTimeout<T>(TimeSpan delay, Func<Promise<T>> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Primitives.Pick<T>([Timeout<T>(delay), Primitives.Apply<T, FuncBody<T>>(new(body))]);
    }

    /// <summary>How many promises wait in pause. OCaml: <c>Lwt.paused_count</c>.</summary>
    public static int PausedCount => Driver.Current.Paused.Count;

    /// <summary>
    /// Fulfills the paused promises now; the loop does it by itself in each iteration. OCaml:
    /// <c>Lwt.wakeup_paused</c>.
    /// </summary>
    public static void WakeUpPaused()
    {
        var driver = Driver.Current;
        driver.Paused.WakeUp(driver);
    }

    /// <summary>Forgets the paused promises: they stay pending for ever. OCaml: <c>Lwt.abandon_paused</c>.</summary>
    public static void AbandonPaused() => Driver.Current.Paused.Abandon();

    /// <summary>
    /// Has each pause of this thread call <paramref name="notifier"/> with the number now paused; null for none.
    /// OCaml: <c>Lwt.register_pause_notifier</c>.
    /// </summary>
    public static void RegisterPauseNotifier(Action<int>? notifier) => Driver.Current.Paused.Notifier = notifier;

    private readonly struct TimedOut<T>(TimeSpan delay) : IStep<T>
    {
        public Promise<T> Invoke(Promise source) =>
            new(new PromiseTimeoutException($"The operation did not end within {delay.TotalSeconds:0.###} s."));
    }
}
