using Lwt.Core.CompilerServices;

namespace Lwt.Core;

public abstract partial class Promise
{
    /// <summary>Returns a promise that is already fulfilled. OCaml: <c>Lwt.return_unit</c>.</summary>
    public static Promise Return() => Completed<Unit>.Default;

    /// <summary>
    /// Returns a promise that is already fulfilled with <paramref name="value"/>. OCaml: <c>Lwt.return</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// Promise&lt;string> Find(string address) =>
    ///     cache.TryGetValue(address, out var page)
    ///         ? Promise.Return(page) // fulfilled already: nobody waits
    ///         : Load(address);
    /// </code>
    /// </example>
    public static Promise<T> Return<T>(T value) => new(value);

    /// <summary>
    /// Returns a promise that is already rejected with <paramref name="reason"/>. OCaml: <c>Lwt.fail</c>.
    /// </summary>
    public static Promise Fail(Exception reason) => Fail<Unit>(reason);

    /// <inheritdoc cref="Fail(Exception)"/>
    public static Promise<T> Fail<T>(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return new Promise<T>(reason);
    }

    /// <summary>
    /// Creates a pending promise and the resolver that resolves it. Cancelling the promise does nothing. OCaml:
    /// <c>Lwt.wait</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// var (answer, resolver) = Promise.Create&lt;string>();
    /// answer.OnSuccess(text => log.Add($"received {text}"));
    /// resolver.Fulfill("yes"); // runs the callback before it returns
    /// log.Add("fulfilled");
    /// </code>
    /// </example>
    public static (Promise<T> Promise, Resolver<T> Resolver) Create<T>()
    {
        var promise = Primitives.Wait<T>();
        return (promise, new Resolver<T>(promise));
    }

    /// <summary>
    /// Creates a pending promise and the resolver that resolves it. Cancelling the promise rejects it with
    /// <see cref="PromiseCanceledException"/>. OCaml: <c>Lwt.task</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// var (reply, resolver) = Promise.CreateCancelable&lt;string>();
    /// reply.Cancel(); // rejects it with PromiseCanceledException
    /// resolver.Fulfill("too late"); // does nothing
    /// </code>
    /// </example>
    public static (Promise<T> Promise, Resolver<T> Resolver) CreateCancelable<T>()
    {
        var promise = Primitives.Cancelable<T>();
        return (promise, new Resolver<T>(promise));
    }

    /// <summary>
    /// Creates a pending promise and a resolver that any thread may use, for results that come from outside the loop.
    /// While the promise is pending the loop keeps running. Cancelling the promise rejects it, and the resolver then
    /// does nothing.
    /// </summary>
    /// <example>
    /// <code>
    /// var (sum, resolver) = Promise.CreateThreadSafe&lt;int>();
    /// var thread = new Thread(() => resolver.TryFulfill(Enumerable.Range(1, 100).Sum()));
    /// thread.Start();
    /// var value = await sum; // the loop runs other promises until the thread has finished
    /// </code>
    /// </example>
    public static (Promise<T> Promise, ThreadSafeResolver<T> Resolver) CreateThreadSafe<T>()
    {
        var resolver = new ThreadSafeResolver<T>(Driver.Current);
        return (resolver.Promise, resolver);
    }

    /// <summary>
    /// Returns a cancelable promise that the loop fulfills in its next iteration, after everything that is ready now.
    /// OCaml: <c>Lwt.pause</c>.
    /// </summary>
    /// <example>
    /// <code>
    /// foreach (var number in numbers)
    /// {
    ///     log.Add(number);
    ///     if (number % 100 == 0)
    ///         await Promise.Pause(); // lets other promises run
    /// }
    /// </code>
    /// </example>
    public static Promise Pause() => Primitives.Pause<Unit>();

    /// <summary>
    /// Returns a cancelable promise that the loop fulfills once <paramref name="delay"/> has passed on its clock, never
    /// earlier. OCaml: <c>Lwt_unix.sleep</c>.
    /// </summary>
    /// <param name="delay">
    /// How long to wait. Zero or less waits for the next iteration; <see cref="Timeout.InfiniteTimeSpan"/> waits until
    /// the promise is cancelled.
    /// </param>
    /// <example>
    /// <code>
    /// for (var seconds = 1; !await TryConnect(); seconds *= 2)
    ///     await Promise.Sleep(TimeSpan.FromSeconds(seconds));
    /// </code>
    /// </example>
    public static Promise Sleep(TimeSpan delay) => Primitives.Sleep<Unit>(delay);

    /// <summary>
    /// Returns a cancelable promise that is rejected with <see cref="PromiseTimeoutException"/> once
    /// <paramref name="delay"/> has passed on the loop's clock. OCaml: <c>Lwt_unix.timeout</c>.
    /// </summary>
    public static Promise<T> Timeout<T>(TimeSpan delay) =>
        Primitives.Bind<T, TimedOut<T>>(Primitives.Sleep<Unit>(delay), new(delay));

    /// <summary>
    /// Calls <paramref name="body"/> and waits for its promise for at most <paramref name="delay"/>. If that time
    /// passes first, the body's promise is cancelled and the result is rejected with
    /// <see cref="PromiseTimeoutException"/>; otherwise the result is resolved like the body's promise. OCaml:
    /// <c>Lwt_unix.with_timeout</c>.
    /// </summary>
    /// <param name="delay">The time limit, measured on the loop's clock.</param>
    /// <param name="body">Called before this returns. If it throws, the result is rejected.</param>
    /// <example>
    /// <code>
    /// string page;
    /// try
    /// {
    ///     page = await Promise.WithTimeout(TimeSpan.FromSeconds(5), () => Load("slow mirror"));
    /// }
    /// catch (TimeoutException)
    /// {
    ///     page = "no answer";
    /// }
    /// </code>
    /// </example>
    public static Promise<T> WithTimeout<T>(TimeSpan delay, Func<Promise<T>> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Primitives.Pick<T>([Timeout<T>(delay), Primitives.Apply<T, FuncBody<T>>(new(body))]);
    }

    /// <summary>
    /// The number of promises of this thread's loop that wait in <see cref="Pause"/>. OCaml: <c>Lwt.paused_count</c>.
    /// </summary>
    public static int PausedCount => Driver.Current.Paused.Count;

    /// <summary>
    /// Fulfills the paused promises of this thread's loop now and runs their callbacks. The loop does this itself in
    /// each iteration. OCaml: <c>Lwt.wakeup_paused</c>.
    /// </summary>
    public static void WakeUpPaused()
    {
        var driver = Driver.Current;
        driver.Paused.WakeUp(driver);
    }

    /// <summary>
    /// Discards the paused promises of this thread's loop: the loop no longer fulfills them. OCaml:
    /// <c>Lwt.abandon_paused</c>.
    /// </summary>
    public static void AbandonPaused() => Driver.Current.Paused.Abandon();

    /// <summary>
    /// Sets the function that each <see cref="Pause"/> on this thread's loop calls, with the number of paused promises.
    /// OCaml: <c>Lwt.register_pause_notifier</c>.
    /// </summary>
    /// <param name="notifier">The function; null for none.</param>
    public static void RegisterPauseNotifier(Action<int>? notifier) => Driver.Current.Paused.Notifier = notifier;

    private readonly struct TimedOut<T>(TimeSpan delay) : IStep<T>
    {
        public Promise<T> Invoke(Promise source) =>
            new(new PromiseTimeoutException($"The operation did not end within {delay.TotalSeconds:0.###} s."));
    }
}
