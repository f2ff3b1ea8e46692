using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Lwt.Core;

/// <summary>
/// Tells of children that have ended where no engine does: for loops whose engine waits for no descriptors, and for children
/// whose loop is gone. One thread waits for all of them, while there are any.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class ChildWatch
{
    private const int Room = 64;

    private static readonly Lock s_gate = new();

    // Under the gate; while it is not empty there is a thread.
    private static readonly Dictionary<int, (DescriptorHandle Process, Action Ended)> s_watched = [];
    private static DescriptorHandle? s_epoll;

    /// <summary>Has an action called, on the thread of the watch, once a child has ended. It must not throw.</summary>
    internal static void Add(int child, Action ended)
    {
        var descriptor = Libc.ProcessOpen(child);
        if (descriptor < 0 || !TryAdd(child, new(descriptor), ended))
            WaitOnThread(child, ended);
    }

    /// <summary>Has the system forget children once they have ended.</summary>
    internal static void Adopt(IEnumerable<int> children)
    {
        foreach (var child in children.ToArray())
            if (Libc.Reap(child, out var status) >= 0 && status.Process == 0)
                Add(child, () => _ = Libc.Reap(child, out _));
    }

    private static bool TryAdd(int child, DescriptorHandle process, Action ended)
    {
        lock (s_gate)
        {
            var epoll = s_epoll is null ? Libc.EpollCreate() : (int)s_epoll.DangerousGetHandle();
            if (epoll >= 0 && s_epoll is null)
                s_epoll = new(epoll);
            if (epoll < 0 || Libc.EpollAdd(epoll, (int)process.DangerousGetHandle(), Libc.Readable, (ulong)child) < 0)
            {
                process.Dispose();
                return false;
            }
            // One that was adopted may be watched for its loop still, which nobody runs any more.
            if (s_watched.Remove(child, out var before))
                before.Process.Dispose();
            s_watched[child] = (process, ended);
            if (s_watched.Count == 1)
                StartThread(Watch);
            return true;
        }
    }

    private static void Watch()
    {
        var events = (byte*)NativeMemory.Alloc(Room, (nuint)Libc.EventSize);
        try
        {
            while (true)
            {
                var count = Libc.EpollWait((int)s_epoll!.DangerousGetHandle(), events, Room, -1);
                for (var i = 0; i < count; i++)
                    Tell((int)*(uint*)(events + (i * Libc.EventSize) + Libc.EventData));
                lock (s_gate)
                {
                    if (s_watched.Count > 0)
                        continue;
                    s_epoll.Dispose();
                    s_epoll = null;
                    return;
                }
            }
        }
        finally
        {
            NativeMemory.Free(events);
        }
    }

    private static void Tell(int child)
    {
        (DescriptorHandle Process, Action Ended) watched;
        lock (s_gate)
        {
            // Its descriptor leaves epoll as it is closed.
            if (!s_watched.Remove(child, out watched))
                return;
            watched.Process.Dispose();
        }
        watched.Ended();
    }

    // Where the system gives no descriptor of a process: before Linux 5.3, or none is left.
    private static void WaitOnThread(int child, Action ended) =>
        StartThread(() =>
        {
            _ = Libc.AwaitEnd(child);
            ended();
        });

    private static void StartThread(ThreadStart work) =>
        new Thread(work) { IsBackground = true, Name = "Lwt.Net children" }.UnsafeStart();
}
