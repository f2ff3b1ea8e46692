using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lwt.Core;

// Terminals, by the calls of the kernel: their numbers and layouts are the same on x64 and arm64, for every C library.
internal static unsafe partial class Libc
{
    /// <summary>How many bytes the kernel's settings of a terminal take.</summary>
    internal const int TerminalSize = 36;

    internal const int TerminalGet = 0x5401;
    internal const int TerminalSet = 0x5402;
    internal const int TerminalBreak = 0x5409;
    internal const int TerminalFlow = 0x540A;
    internal const int TerminalFlush = 0x540B;
    internal const int TerminalLongBreak = 0x5425;

    /// <summary>Does one of these to a terminal; the argument is a number, or where the settings are.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Control(int descriptor, int request, nint argument)
    {
        int result;
        do result = ioctl(descriptor, (nuint)request, argument);
        while (result < 0 && IsInterrupted());
        return Result(result);
    }

    [LibraryImport(Name)]
    private static partial int ioctl(int descriptor, nuint request, nint argument);
}
