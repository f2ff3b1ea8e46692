namespace Lwt.Core;

/// <summary>
/// The number of a loop, which each of its promises holds in two bytes, so there are 65,535. A number is reused only
/// when its loop has been collected, and as late as possible: no two live loops have the same number.
/// </summary>
internal sealed class LoopId
{
    private static readonly Lock s_gate = new();

    // All under the gate: the highest number used so far; the numbers to reuse, oldest first; the owner of each number.
    private static int s_last;
    private static readonly Queue<ushort> s_free = new();
    private static readonly Dictionary<ushort, WeakReference<Driver>> s_owners = [];

    internal readonly ushort Value;

    internal LoopId(Driver owner)
    {
        if (!TryTake(out Value))
        {
            // Unreferenced loops return their numbers when they are collected.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            if (!TryTake(out Value))
            {
                GC.SuppressFinalize(this);
                throw new InvalidOperationException(
                    $"There are {ushort.MaxValue:N0} event loops already. Use one loop for each thread, and "
                        + "release loops that have done their work, and the threads that had them."
                );
            }
        }
        lock (s_gate)
            s_owners[Value] = new(owner);
    }

    ~LoopId()
    {
        lock (s_gate)
        {
            s_owners.Remove(Value);
            s_free.Enqueue(Value);
        }
    }

    /// <summary>The loop that has a number; null if it has been collected.</summary>
    internal static Driver? Owner(ushort id)
    {
        lock (s_gate)
            return s_owners.TryGetValue(id, out var owner) && owner.TryGetTarget(out var driver) ? driver : null;
    }

    private static bool TryTake(out ushort id)
    {
        lock (s_gate)
        {
            if (s_last < ushort.MaxValue)
            {
                id = (ushort)++s_last;
                return true;
            }
            return s_free.TryDequeue(out id);
        }
    }
}
