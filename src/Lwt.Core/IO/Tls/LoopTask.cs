namespace Lwt.Core;

/// <summary>
/// Follows a Task that goes on in steps of this loop, such as those of a SslStream over a port, and seldom on another thread.
/// A loop waits for it. One on a virtual clock does not, so that it still sees a deadlock: its network is part of the loop.
/// </summary>
internal static class LoopTask
{
    internal static Promise<T> Follow<T>(ValueTask<T> task)
    {
        if (task.IsCompletedSuccessfully)
            return Promise.Return(task.GetAwaiter().GetResult());
        var whole = task.AsTask();
        return Follow(whole, () => whole.GetAwaiter().GetResult());
    }

    internal static Promise Follow(ValueTask task)
    {
        if (task.IsCompletedSuccessfully)
            return Promise.Return();
        return Follow(task.AsTask());
    }

    internal static Promise Follow(Task task) =>
        Follow<Unit>(
            task,
            () =>
            {
                task.GetAwaiter().GetResult();
                return default;
            }
        );

    private static Promise<T> Follow<T>(Task task, Func<T> value)
    {
        // A continuation of a Task that has ended would go to the thread pool.
        if (task.IsCompleted)
            return Promise.Apply(() => Promise.Return(value()));
        var (promise, resolver) = Promise.CreateCancelable<T>();
        var loop = EventLoop.Current;
        var announced = loop.Clock is not VirtualClock;
        if (announced)
            loop.AnnouncePossible();
        task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(Ended);
        return promise;

        void Ended()
        {
            var isHere = ReferenceEquals(Driver.CurrentIfAny?.Loop, loop);
            if (announced && isHere)
                loop.ReleasePossible();
            if (isHere)
                Resolve();
            else if (announced)
                loop.PostPossible(Resolve);
            else if (!loop.IsDisposed)
                loop.Post(Resolve);
        }

        void Resolve()
        {
            T result;
            try
            {
                result = value();
            }
            catch (Exception e) when (ExceptionFilter.MayCatch(e))
            {
                resolver.RejectLater(e);
                return;
            }
            // After the step of the stream, which runs without the thread's context.
            resolver.FulfillLater(result);
        }
    }
}
