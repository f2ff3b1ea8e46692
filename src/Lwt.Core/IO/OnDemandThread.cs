namespace Lwt.Core;

/// <summary>
/// A background thread for calls that block. It exists while there is work and some seconds longer, and is started
/// again when there is more work.
/// </summary>
/// <param name="name">The name of the thread.</param>
/// <param name="gate">The lock that protects the work.</param>
/// <param name="takeWork">Called under the gate: returns the work to do, outside the gate, or null.</param>
/// <remarks>
/// Invariant: <c>_exists</c>, read and written under the gate, says whether a thread will look for work.
/// </remarks>
internal sealed class OnDemandThread(string name, object gate, Func<Action?> takeWork)
{
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(5);

    private bool _exists;

    /// <summary>Announces work; called under the gate.</summary>
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
