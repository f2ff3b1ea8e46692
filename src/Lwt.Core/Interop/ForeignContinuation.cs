namespace Lwt.Core;

/// <summary>
/// The function that an awaiter of another type calls when it has completed: it posts the next step of the machine in
/// <paramref name="node"/> to the loop. Later calls, from any thread, do nothing, because the machine has continued.
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

    /// <summary>
    /// Called after an awaiter threw, which ends the machine: it must not continue even if the awaiter has already
    /// called.
    /// </summary>
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
