namespace Lwt.Core;

/// <summary>
/// What an engine and those who wake it agree on, so that a wakeup costs a system call only while the engine waits.
/// </summary>
/// <remarks>
/// Invariant: the state is Waiting only between <see cref="BeginWait"/> and <see cref="EndWait"/>.
/// </remarks>
internal struct WakeupState
{
    private const int Running = 0;
    private const int Waiting = 1;
    private const int Woken = 2;

    private int _state;

    /// <summary>Whether a wakeup has come since the last wait.</summary>
    internal readonly bool IsWoken => Volatile.Read(in _state) == Woken;

    /// <summary>False: a wakeup has come since the last wait, and this one must not block.</summary>
    internal bool BeginWait() => Interlocked.CompareExchange(ref _state, Waiting, Running) == Running;

    /// <summary>After a wait, or instead of one: takes the wakeup, and tells whether there was one.</summary>
    /// <remarks>A full fence: the loop's look at its posts must not be done before this, or a wakeup could be lost.</remarks>
    internal bool EndWait() => Interlocked.Exchange(ref _state, Running) == Woken;

    /// <summary>On any thread. True: the engine waits, and has to be signalled.</summary>
    internal bool Wake() => Interlocked.Exchange(ref _state, Woken) == Waiting;
}
