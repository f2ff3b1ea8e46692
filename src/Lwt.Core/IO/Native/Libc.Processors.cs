using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lwt.Core;

// On which processors threads run.
internal static unsafe partial class Libc
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int GetProcessor() => Result(sched_getcpu());

    /// <summary>The processors that a thread may run on, a bit each; zero is the thread that calls.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int GetAffinity(int thread, byte* bits, int size) => Result(sched_getaffinity(thread, size, bits));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int SetAffinity(int thread, byte* bits, int size) => Result(sched_setaffinity(thread, size, bits));

    [LibraryImport(Name)]
    private static partial int sched_getcpu();

    [LibraryImport(Name)]
    private static partial int sched_getaffinity(int thread, nint size, byte* bits);

    [LibraryImport(Name)]
    private static partial int sched_setaffinity(int thread, nint size, byte* bits);
}
