using System.Diagnostics.CodeAnalysis;

namespace Lwt.Core;

/// <summary>The error messages for misuse: each names the mistake and the remedy.</summary>
internal static class Errors
{
    internal static InvalidOperationException WrongLoop(Promise promise)
    {
        var current = Driver.Current;
        return LoopId.Owner(promise.Owner) is { } owner && ReferenceEquals(owner.Thread, current.Thread)
            ? new(
                $"A pending promise of event loop {promise.Owner} was used in event loop {current.Id}, which runs on the same "
                    + "thread. A promise belongs to the loop that was current when it was made: make it inside the function "
                    + "passed to EventLoop.RunHere (F#: Lwt_main.run_virtual), not before or after."
            )
            : new(
                $"A pending promise of event loop {promise.Owner} was used on the thread of event loop {current.Id}. A "
                    + "promise belongs to the thread that made it: hand results over with EventLoop.Post (F#: Lwt_main.post_to) "
                    + "or a thread-safe resolver (Promise.CreateThreadSafe, F#: Lwt.wait_thread_safe)."
            );
    }

    [DoesNotReturn]
    internal static void ThrowWrongLoop(Promise promise) => throw WrongLoop(promise);

    /// <summary>The error for an object that belongs to another thread: see <see cref="Affinity"/>.</summary>
    internal static InvalidOperationException WrongThread(string type, Driver owner, Driver current) =>
        new(
            $"A {type} of event loop {owner.Id} was used on the thread of event loop {current.Id}. It belongs to the thread "
                + "that used it first, and only that thread may change it: hand the call over with EventLoop.Post "
                + "(F#: Lwt_main.post_to)."
        );

    /// <summary>The error for a member that changes a loop while it runs on another thread.</summary>
    internal static InvalidOperationException LoopRunsElsewhere(string member) =>
        new(
            $"{member} was called while the event loop was running on another thread. Only that thread may change a loop that "
                + "runs: call it before, or hand the call over with EventLoop.Post (F#: Lwt_main.post_to)."
        );

    internal static InvalidOperationException NullPromise() =>
        new(
            "A callback returned null where a promise was expected. Return a promise from it: Promise.Return(value), "
                + "or Lwt.return' value in F#."
        );

    internal static ArgumentNullException NullElement(string parameter, int index, string wanted) =>
        new(
            parameter,
            $"{parameter}[{index}] is null where {wanted} was expected. A function that returned null instead "
                + "(for a promise: Promise.Return, Lwt.return' in F#) is the usual cause."
        );

    internal static InvalidOperationException AlreadyResolved(string call, Promise promise) =>
        new(
            $"{call}: the promise is already resolved ({(promise.State == Promise.Fulfilled ? "fulfilled" : "rejected")}). "
                + "A promise is resolved once; ask IsPending (F#: Lwt.is_sleeping) before, or keep one owner of the resolver."
        );

    internal static InvalidOperationException NobodyRuns() =>
        new(
            "A pending promise was awaited on a thread of the pool whose event loop nobody runs, so the await would never "
                + "end. Await promises in an async method of a promise (async Promise, F#: lwt { }), inside EventLoop.Run "
                + "(F#: Lwt_main.run), or await promise.AsTask() of a loop that another thread runs."
        );

    /// <summary>Throws if a loop cannot use the clock of its engine.</summary>
    internal static void CheckClock(IEngine engine)
    {
        if (engine.Clock is not { } clock)
            throw new ArgumentException(
                $"The Clock of {engine.GetType().Name} is null. An engine needs a clock for the loop's sleeps: return "
                    + "TimeProvider.System, or a TimeProvider of the engine's own."
            );
        if (clock.TimestampFrequency <= 0)
            throw new ArgumentException(
                $"The TimestampFrequency of {clock.GetType().Name}, the clock of {engine.GetType().Name}, is "
                    + $"{clock.TimestampFrequency}. It is the number of GetTimestamp's ticks in a second: return one that is "
                    + "greater than zero."
            );
    }

    internal static ArgumentException Empty(string call) =>
        new($"{call} of no promises would be pending for ever. Pass at least one promise.");
}
