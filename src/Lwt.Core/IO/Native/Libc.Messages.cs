using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lwt.Core;

// Messages of sockets, with descriptors.
internal static unsafe partial class Libc
{
    /// <summary>How many descriptors one message takes.</summary>
    internal const int MostDescriptors = 253;

    // A msghdr, in words: an address and its size, the pieces and their number, the control data and its size, flags.
    private const int MessageWords = 7;

    // The head of control data: its size, its level and its kind. Each begins at a multiple of eight.
    private const int ControlHead = 16;
    private const int Rights = 1;

    // Beside the descriptors whatever else the system may tell.
    private const int ControlRoom = ControlHead + (MostDescriptors * sizeof(int)) + 1024;

    private const int ControlCut = 0x8;
    private const int ReceiveCloseOnExec = 0x40000000;

    /// <summary>
    /// Receives into several pieces. The descriptors that came go into <paramref name="descriptors"/>, which has room for all
    /// that a message takes; <paramref name="isWhole"/> is false if some were lost.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int ReceiveMessage(
        int descriptor,
        nint* pieces,
        int count,
        int* descriptors,
        out int received,
        out bool isWhole
    )
    {
        var control = stackalloc long[ControlRoom / sizeof(long)];
        var message = stackalloc nint[MessageWords];
        new Span<nint>(message, MessageWords).Clear();
        (message[2], message[3], message[4]) = ((nint)pieces, count, (nint)control);
        nint length;
        do
        {
            message[5] = ControlRoom / sizeof(long) * sizeof(long);
            length = recvmsg(descriptor, message, ReceiveCloseOnExec);
        } while (length < 0 && IsInterrupted());
        (received, isWhole) = (0, true);
        if (length < 0)
            return -Marshal.GetLastSystemError();
        isWhole = ((int)message[6] & ControlCut) == 0;
        received = TakeDescriptors((byte*)control, (int)message[5], descriptors);
        return (int)length;
    }

    /// <summary>Sends several pieces with descriptors, to an address if there is one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int SendMessage(
        int descriptor,
        nint* pieces,
        int count,
        int* descriptors,
        int descriptorCount,
        byte* address,
        int addressSize
    )
    {
        var message = stackalloc nint[MessageWords];
        new Span<nint>(message, MessageWords).Clear();
        (message[0], message[1]) = ((nint)address, addressSize);
        (message[2], message[3]) = ((nint)pieces, count);
        var control = stackalloc long[ControlRoom / sizeof(long)];
        if (descriptorCount > 0)
        {
            var size = ControlHead + (descriptorCount * sizeof(int));
            control[0] = size;
            ((int*)control)[2] = NativeOptions.SolSocket;
            ((int*)control)[3] = Rights;
            new Span<int>(descriptors, descriptorCount).CopyTo(new((byte*)control + ControlHead, descriptorCount));
            (message[4], message[5]) = ((nint)control, Aligned(size));
        }
        nint sent;
        do sent = sendmsg(descriptor, message, NoSignal);
        while (sent < 0 && IsInterrupted());
        return sent >= 0 ? (int)sent : -Marshal.GetLastSystemError();
    }

    private static int TakeDescriptors(byte* control, int size, int* descriptors)
    {
        var taken = 0;
        for (var at = 0; at + ControlHead <= size; )
        {
            var length = (int)*(long*)(control + at);
            if (length < ControlHead || length > size - at)
                break;
            if (*(int*)(control + at + 8) == NativeOptions.SolSocket && *(int*)(control + at + 12) == Rights)
                for (var i = 0; i < (length - ControlHead) / sizeof(int) && taken < MostDescriptors; i++)
                    descriptors[taken++] = ((int*)(control + at + ControlHead))[i];
            at += Aligned(length);
        }
        return taken;
    }

    private static int Aligned(int size) => (size + 7) & ~7;

    [LibraryImport(Name)]
    private static partial nint recvmsg(int descriptor, nint* message, int flags);
}
