namespace Lwt.Core;

/// <summary>
/// The number of a loop, which its promises carry in two bytes, so that there are 65,535. A number is used again only when
/// its loop has been collected, and as late as can be: no two loops that live have the same.
/// </summary>
internal sealed class LoopId
{
    private static readonly Lock s_gate = new();

    // All under the gate: the last number that was used for the first time; those that can be used again, oldest first; and
    // who has which.
    private static int s_last;
    private static readonly Queue<ushort> s_free = new();
    private static readonly Dictionary<ushort, WeakReference<Driver>> s_owners = [];

    internal readonly ushort Value;

    internal LoopId(Driver owner)
    {
        if (!TryTake(out Value))
        {
            // Loops that nobody holds give theirs back when they are collected.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            if (!TryTake(out Value))
            {
                GC.SuppressFinalize(this);
                throw new InvalidOperationException(
                    $"There are {ushort.MaxValue:N0} event loops already. Use one loop for each thread, and let go of loops "
                        + "that have done their work, and of the threads that had them."
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

    /// <summary>The loop that has a number, if it has not been collected.</summary>
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
