using System.Runtime.InteropServices;

namespace Lwt.Core;

/// <summary>The signals of Unix: what they are called, and which of them a program can handle.</summary>
/// <remarks>A signal may be told by .NET's name for it, or by the system's number. Both are the same signal here.</remarks>
internal static class SignalNumbers
{
    private enum Fate
    {
        Handled,

        // The system acts on it, whatever the process wants.
        Final,

        // .NET ignores it, and does not let go of that.
        Ignored,

        // The system tells of a fault of the program by it, which .NET makes an exception of.
        Fault,
    }

    private sealed record Row(string Name, int Linux, int Bsd, Fate Fate = Fate.Handled)
    {
        // By what .NET calls it; 0 if it has no name for it.
        internal PosixSignal Named { get; } = Enum.TryParse<PosixSignal>(Name, out var named) ? named : 0;
    }

    // What stops threads for a garbage collection, and the two that the C library keeps for itself.
    private const int FirstReserved = 32;
    private const int LastReserved = 34;

    private static readonly Row[] s_rows =
    [
        new("SIGHUP", 1, 1),
        new("SIGINT", 2, 2),
        new("SIGQUIT", 3, 3),
        new("SIGILL", 4, 4, Fate.Fault),
        new("SIGTRAP", 5, 5, Fate.Fault),
        new("SIGABRT", 6, 6),
        new("SIGBUS", 7, 10, Fate.Fault),
        new("SIGFPE", 8, 8, Fate.Fault),
        new("SIGKILL", 9, 9, Fate.Final),
        new("SIGUSR1", 10, 30),
        new("SIGSEGV", 11, 11, Fate.Fault),
        new("SIGUSR2", 12, 31),
        new("SIGPIPE", 13, 13, Fate.Ignored),
        new("SIGALRM", 14, 14),
        new("SIGTERM", 15, 15),
        new("SIGCHLD", 17, 20),
        new("SIGCONT", 18, 19),
        new("SIGSTOP", 19, 17, Fate.Final),
        new("SIGTSTP", 20, 18),
        new("SIGTTIN", 21, 21),
        new("SIGTTOU", 22, 22),
        new("SIGURG", 23, 16),
        new("SIGXCPU", 24, 24),
        new("SIGXFSZ", 25, 25),
        new("SIGVTALRM", 26, 26),
        new("SIGPROF", 27, 27),
        new("SIGWINCH", 28, 28),
        new("SIGIO", 29, 23),
        new("SIGSYS", 31, 12),
    ];

    private static int Highest => OperatingSystem.IsLinux() ? 64 : 31;

    /// <summary>The signal by .NET's name, if it has one; an error for one that a program cannot handle.</summary>
    internal static PosixSignal Check(PosixSignal signal, string parameter)
    {
        var number = (int)signal;
        var row = Find(signal);
        var refusal =
            row is null && (number <= 0 || number > Highest)
                ? $"There is no signal {number}. Give a value of PosixSignal or a number of the system's, such as 10 for SIGUSR1 on "
                    + "Linux (F#: a value of Sys, such as Sys.sigusr1)."
            : row is null && OperatingSystem.IsLinux() && number is >= FirstReserved and <= LastReserved
                ? $"Signal {number} belongs to the runtime and the C library. Those from {LastReserved + 1} on are free."
            : row?.Fate == Fate.Final
                ? $"{row.Name} cannot be handled: the system acts on it by itself. SIGTERM and SIGINT ask a program to end, and "
                    + "SIGTSTP to stop."
            : row?.Fate == Fate.Ignored
                ? $"{row.Name} is ignored in .NET: a write to a pipe or socket that nobody reads fails with EPIPE instead."
            : row?.Fate == Fate.Fault
                ? $"{row.Name} tells of a fault of the program, which .NET makes an exception of, such as NullReferenceException. "
                    + "Catch that."
            : null;
        if (refusal is not null)
            throw new ArgumentOutOfRangeException(parameter, refusal);
        return row is { Named: not 0 } ? row.Named : signal;
    }

    /// <summary>What a signal is called: SIGUSR1, or <c>signal 40</c>.</summary>
    internal static string Name(PosixSignal signal) => Find(signal)?.Name ?? $"signal {(int)signal}";

    private static Row? Find(PosixSignal signal) =>
        Array.Find(
            s_rows,
            row => (int)signal < 0 ? row.Named == signal : Number(row) == (int)signal && !OperatingSystem.IsWindows()
        );

    private static int Number(Row row) => OperatingSystem.IsLinux() ? row.Linux : row.Bsd;
}
