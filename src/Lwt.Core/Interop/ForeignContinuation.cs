namespace Lwt.Core;

/// <summary>
/// What a foreign awaiter calls when it has completed: posts to the loop, which owes the machine in <paramref name="node"/>
/// one step. Calls after the first, from any thread, do nothing, for the machine has gone on.
/// </summary>
internal sealed class ForeignContinuation(Driver driver, Continuation node)
{
    private const int Waiting = 0;
    private const int Called = 1;
    private const int Withdrawn = 2;

    private int _state;

    internal void Call()
    {
        if (Interlocked.CompareExchange(ref _state, Called, Waiting) == Waiting)
            driver.Loop.PostOwed(Resume);
    }

    /// <summary>After an awaiter threw, which ends the machine: it must not go on even if the awaiter has called before.</summary>
    internal void Withdraw()
    {
        if (Interlocked.Exchange(ref _state, Withdrawn) == Waiting)
            driver.Loop.ReleaseOwed();
    }

    private void Resume()
    {
        if (_state == Called)
            driver.Run(Completed<Unit>.Default, node);
    }
}
