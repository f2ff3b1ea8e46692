namespace Lwt.Core;

/// <summary>A <see cref="WorkerPool"/> has as many calls waiting for a thread as it may have.</summary>
public sealed class WorkerPoolFullException : InvalidOperationException
{
    internal WorkerPoolFullException(int waiting)
        : base(
            $"{waiting} calls wait for a thread of this WorkerPool, as many as its MaxQueued allows. Wait for some of them before "
                + "you start more, or raise MaxThreads or MaxQueued."
        ) { }
}
