using System.Runtime.InteropServices;

namespace Lwt.Core.Tests;

/// <summary>Signals that a test sends to its own process, as Linux numbers them.</summary>
internal static partial class SystemSignals
{
    internal const PosixSignal Usr1 = (PosixSignal)10;
    internal const PosixSignal Usr2 = (PosixSignal)12;

    /// <summary>Sends a signal by kill(2).</summary>
    internal static void Send(PosixSignal signal) => Assert.Equal(0, kill(Environment.ProcessId, (int)signal));

    /// <summary>Whether the process handles a signal, as the system tells.</summary>
    internal static bool IsHandled(int number)
    {
        var caught = File.ReadLines("/proc/self/status")
            .Single(line => line.StartsWith("SigCgt:", StringComparison.Ordinal));
        return ((Convert.ToUInt64(caught["SigCgt:".Length..].Trim(), 16) >> (number - 1)) & 1) == 1;
    }

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
