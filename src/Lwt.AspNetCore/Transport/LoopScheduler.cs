using System.IO.Pipelines;

namespace Lwt.AspNetCore;

/// <summary>
/// Continues what waits for a pipe on the loop: at once if this is the loop's thread, so that a request is answered in the
/// step that read it.
/// </summary>
internal sealed class LoopScheduler(LwtLoop loop) : PipeScheduler
{
    public override void Schedule(Action<object?> action, object? state)
    {
        if (loop.IsCurrent)
            action(state);
        // Once the host was disposed, whoever still waits learns it in some other way.
        else if (!Post(action, state))
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(action, state, preferLocal: false);
    }

    // By itself, so that only a post makes a closure.
    private bool Post(Action<object?> action, object? state) => loop.TryPost(() => action(state));
}
