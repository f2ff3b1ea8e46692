namespace Lwt.Core;

/// <summary>
/// A background thread for calls that block. It is there while there is work, lingers a little, and is started again
/// when there is more.
/// </summary>
/// <remarks>Invariant: <c>_exists</c>, read and written under the gate, tells whether a thread will look for work.</remarks>
/// <param name="name">The name of the thread.</param>
/// <param name="gate">The lock that the work is kept under.</param>
/// <param name="takeWork">Called under the gate: gives what to do, outside it, or null when there is nothing.</param>
internal sealed class OnDemandThread(string name, object gate, Func<Action?> takeWork)
{
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(5);

    private bool _exists;

    /// <summary>Says, under the gate, that there is work.</summary>
    internal void Wake()
    {
        if (_exists)
        {
            Monitor.PulseAll(gate);
            return;
        }
        _exists = true;
        new Thread(Run) { IsBackground = true, Name = name }.UnsafeStart();
    }

    private void Run()
    {
        while (Next() is { } work)
            work();
    }

    private Action? Next()
    {
        lock (gate)
        {
            var inTime = true;
            while (true)
            {
                var work = takeWork();
                if (work is not null)
                    return work;
                if (!inTime)
                {
                    _exists = false;
                    return null;
                }
                inTime = Monitor.Wait(gate, s_linger);
            }
        }
    }
}
