using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace Lwt.Core;

/// <summary>The system calls of Linux. Each returns what the system returned, or the error's number, negated.</summary>
/// <remarks>
/// A call inlined into a method with a try region goes through a stub, which costs more than the call's own overhead: so
/// each stands in a method of its own that is not inlined. The error is read on failure only.
/// </remarks>
internal static unsafe partial class Libc
{
    private const string Name = "libc";

    internal const int Readable = 0x001;
    internal const int Writable = 0x004;
    internal const int Failed = 0x008;
    internal const int HungUp = 0x010;
    internal const int PeerHungUp = 0x2000;
    internal const int EdgeTriggered = unchecked((int)0x80000000);

    internal const int ControlAdd = 1;
    internal const int ControlRemove = 2;

    internal const int NonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;
    internal const int NoSignal = 0x4000;

    /// <summary>The size of an epoll_event, which is packed on x86 only, and where its data begins.</summary>
    internal static readonly int EventSize = IsX86 ? 12 : 16;

    internal static readonly int EventData = IsX86 ? 4 : 8;

    private static bool IsX86 => RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86;

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int EpollCreate() => Result(epoll_create1(CloseOnExec));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int EpollAdd(int epoll, int descriptor, int events, ulong data)
    {
        var e = stackalloc byte[EventSize];
        *(int*)e = events;
        Unsafe.WriteUnaligned(e + EventData, data);
        return Result(epoll_ctl(epoll, ControlAdd, descriptor, e));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int EpollRemove(int epoll, int descriptor)
    {
        var e = stackalloc byte[EventSize];
        return Result(epoll_ctl(epoll, ControlRemove, descriptor, e));
    }

    /// <summary>Waits for events; a signal that interrupts it counts as none.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int EpollWait(int epoll, byte* events, int room, int milliseconds) =>
        Interrupted(epoll_wait(epoll, events, room, milliseconds));

    /// <summary>The same, to the nanosecond. Linux 5.11.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int EpollWait(int epoll, byte* events, int room, TimeSpan time)
    {
        var span = stackalloc long[2];
        span[0] = time.Ticks / TimeSpan.TicksPerSecond;
        span[1] = time.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick;
        return Interrupted(epoll_pwait2(epoll, events, room, span, null));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int EventCreate() => Result(eventfd(0, CloseOnExec | NonBlocking));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int EventSignal(int descriptor)
    {
        var one = 1L;
        return Result((int)write(descriptor, (byte*)&one, sizeof(long)));
    }

    /// <summary>Takes what was signalled.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int EventTake(int descriptor)
    {
        var count = 0L;
        return Result((int)read(descriptor, (byte*)&count, sizeof(long)));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Receive(int descriptor, byte* buffer, int length, int flags)
    {
        nint received;
        do received = recv(descriptor, buffer, length, flags);
        while (received < 0 && IsInterrupted());
        return received >= 0 ? (int)received : -Marshal.GetLastSystemError();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Send(int descriptor, byte* buffer, int length, int flags)
    {
        nint sent;
        do sent = send(descriptor, buffer, length, flags | NoSignal);
        while (sent < 0 && IsInterrupted());
        return sent >= 0 ? (int)sent : -Marshal.GetLastSystemError();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int ReceiveFrom(int descriptor, byte* buffer, int length, int flags, byte* address, int* size)
    {
        nint received;
        do received = recvfrom(descriptor, buffer, length, flags, address, size);
        while (received < 0 && IsInterrupted());
        return received >= 0 ? (int)received : -Marshal.GetLastSystemError();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int SendTo(int descriptor, byte* buffer, int length, int flags, byte* address, int size)
    {
        nint sent;
        do sent = sendto(descriptor, buffer, length, flags | NoSignal, address, size);
        while (sent < 0 && IsInterrupted());
        return sent >= 0 ? (int)sent : -Marshal.GetLastSystemError();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Read(int descriptor, byte* buffer, int length)
    {
        nint count;
        do count = read(descriptor, buffer, length);
        while (count < 0 && IsInterrupted());
        return count >= 0 ? (int)count : -Marshal.GetLastSystemError();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Write(int descriptor, byte* buffer, int length)
    {
        nint count;
        do count = write(descriptor, buffer, length);
        while (count < 0 && IsInterrupted());
        return count >= 0 ? (int)count : -Marshal.GetLastSystemError();
    }

    /// <summary>Reads into several pieces: a pointer and a length for each.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int ReadVector(int descriptor, nint* pieces, int count)
    {
        nint read;
        do read = readv(descriptor, pieces, count);
        while (read < 0 && IsInterrupted());
        return read >= 0 ? (int)read : -Marshal.GetLastSystemError();
    }

    /// <summary>Writes several pieces.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int WriteVector(int descriptor, nint* pieces, int count)
    {
        nint written;
        do written = writev(descriptor, pieces, count);
        while (written < 0 && IsInterrupted());
        return written >= 0 ? (int)written : -Marshal.GetLastSystemError();
    }

    /// <summary>The same to a socket: no signal comes if the peer is gone.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int SendVector(int descriptor, nint* pieces, int count)
    {
        // A msghdr with nothing but the pieces.
        var message = stackalloc nint[7];
        new Span<nint>(message, 7).Clear();
        (message[2], message[3]) = ((nint)pieces, count);
        nint sent;
        do sent = sendmsg(descriptor, message, NoSignal);
        while (sent < 0 && IsInterrupted());
        return sent >= 0 ? (int)sent : -Marshal.GetLastSystemError();
    }

    /// <summary>A connection that waits, as a descriptor that does not block; the peer's address goes into the buffer.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Accept(int descriptor, byte* address, int* size)
    {
        int accepted;
        do accepted = accept4(descriptor, address, size, NonBlocking | CloseOnExec);
        while (accepted < 0 && IsInterrupted());
        return Result(accepted);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Connect(int descriptor, byte* address, int size) => Result(connect(descriptor, address, size));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Bind(int descriptor, byte* address, int size) => Result(bind(descriptor, address, size));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Listen(int descriptor, int backlog) => Result(listen(descriptor, backlog));

    /// <summary>Ends a direction: 0 is receiving, 1 sending, 2 both.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Shutdown(int descriptor, int how) => Result(shutdown(descriptor, how));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int GetName(int descriptor, byte* address, int* size) =>
        Result(getsockname(descriptor, address, size));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int GetPeerName(int descriptor, byte* address, int* size) =>
        Result(getpeername(descriptor, address, size));

    /// <summary>A socket that does not block and that no child inherits.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Socket(int domain, int type, int protocol) =>
        Result(socket(domain, type | NonBlocking | CloseOnExec, protocol));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int SocketPair(int domain, int type, int protocol, out int first, out int second)
    {
        var both = stackalloc int[2];
        var result = Result(socketpair(domain, type | NonBlocking | CloseOnExec, protocol, both));
        (first, second) = (both[0], both[1]);
        return result;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Pipe(out int reading, out int writing)
    {
        var both = stackalloc int[2];
        var result = Result(pipe2(both, NonBlocking | CloseOnExec));
        (reading, writing) = (both[0], both[1]);
        return result;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int GetOption(int descriptor, int level, int name, byte* value, int* size) =>
        Result(getsockopt(descriptor, level, name, value, size));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int SetOption(int descriptor, int level, int name, byte* value, int size) =>
        Result(setsockopt(descriptor, level, name, value, size));

    /// <summary>Whether one of the events holds for the descriptor now, or it has failed.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool IsReady(int descriptor, int events)
    {
        var request = stackalloc int[2];
        request[0] = descriptor;
        request[1] = (short)events;
        return poll(request, 1, 0) != 0;
    }

    /// <summary>What the system says of an error.</summary>
    internal static string Describe(int error) =>
        OperatingSystem.IsLinux()
            ? Marshal.GetPInvokeErrorMessage(error)
            // Elsewhere the number means something else.
            : new System.Net.Sockets.SocketException((int)Errno.ToSocketError(error)).Message;

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int GetFlags(int descriptor) => Result(fcntl(descriptor, 3, 0));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int SetFlags(int descriptor, int flags) => Result(fcntl(descriptor, 4, flags));

    /// <summary>Whether a child inherits the descriptor: 0 if so, 1 if not.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int GetDescriptorFlags(int descriptor) => Result(fcntl(descriptor, 1, 0));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int SetDescriptorFlags(int descriptor, int flags) => Result(fcntl(descriptor, 2, flags));

    /// <summary>Another descriptor of the same thing, which no child inherits.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Duplicate(int descriptor) => Result(fcntl(descriptor, 1030, 0));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Advise(byte* start, nint length, int advice) => Result(madvise(start, length, advice));

    /// <summary>Tells of each page, in the lowest bit, whether it is in RAM.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int AreResident(byte* start, nint length, byte* pages) => Result(mincore(start, length, pages));

    /// <summary>Gives the descriptor up; whatever this returns, it is closed.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Close(int descriptor) => Result(close(descriptor));

    private static int Result(int result) => result >= 0 ? result : -Marshal.GetLastSystemError();

    private static int Interrupted(int result)
    {
        if (result >= 0)
            return result;
        var error = Marshal.GetLastSystemError();
        return error == Errno.EINTR ? 0 : -error;
    }

    private static bool IsInterrupted() => Marshal.GetLastSystemError() == Errno.EINTR;

    [LibraryImport(Name)]
    private static partial int epoll_create1(int flags);

    [LibraryImport(Name)]
    private static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* e);

    [LibraryImport(Name)]
    private static partial int epoll_wait(int epoll, byte* events, int room, int milliseconds);

    [LibraryImport(Name)]
    private static partial int epoll_pwait2(int epoll, byte* events, int room, long* time, byte* signals);

    [LibraryImport(Name)]
    private static partial int eventfd(uint value, int flags);

    [LibraryImport(Name)]
    private static partial nint recv(int descriptor, byte* buffer, nint length, int flags);

    [LibraryImport(Name)]
    private static partial nint send(int descriptor, byte* buffer, nint length, int flags);

    [LibraryImport(Name)]
    private static partial nint recvfrom(
        int descriptor,
        byte* buffer,
        nint length,
        int flags,
        byte* address,
        int* addressSize
    );

    [LibraryImport(Name)]
    private static partial nint sendto(
        int descriptor,
        byte* buffer,
        nint length,
        int flags,
        byte* address,
        int addressSize
    );

    [LibraryImport(Name)]
    private static partial nint read(int descriptor, byte* buffer, nint length);

    [LibraryImport(Name)]
    private static partial nint write(int descriptor, byte* buffer, nint length);

    [LibraryImport(Name)]
    private static partial nint readv(int descriptor, nint* pieces, int count);

    [LibraryImport(Name)]
    private static partial nint writev(int descriptor, nint* pieces, int count);

    [LibraryImport(Name)]
    private static partial nint sendmsg(int descriptor, nint* message, int flags);

    [LibraryImport(Name)]
    private static partial int accept4(int descriptor, byte* address, int* addressSize, int flags);

    [LibraryImport(Name)]
    private static partial int connect(int descriptor, byte* address, int size);

    [LibraryImport(Name)]
    private static partial int bind(int descriptor, byte* address, int size);

    [LibraryImport(Name)]
    private static partial int listen(int descriptor, int backlog);

    [LibraryImport(Name)]
    private static partial int shutdown(int descriptor, int how);

    [LibraryImport(Name)]
    private static partial int getsockname(int descriptor, byte* address, int* size);

    [LibraryImport(Name)]
    private static partial int getpeername(int descriptor, byte* address, int* size);

    [LibraryImport(Name)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport(Name)]
    private static partial int socketpair(int domain, int type, int protocol, int* both);

    [LibraryImport(Name)]
    private static partial int pipe2(int* both, int flags);

    [LibraryImport(Name)]
    private static partial int getsockopt(int descriptor, int level, int name, byte* value, int* size);

    [LibraryImport(Name)]
    private static partial int setsockopt(int descriptor, int level, int name, byte* value, int size);

    [LibraryImport(Name)]
    private static partial int poll(int* requests, nuint count, int milliseconds);

    [LibraryImport(Name)]
    private static partial int fcntl(int descriptor, int command, nint argument);

    [LibraryImport(Name)]
    private static partial int madvise(byte* start, nint length, int advice);

    [LibraryImport(Name)]
    private static partial int mincore(byte* start, nint length, byte* pages);

    [LibraryImport(Name)]
    private static partial int close(int descriptor);
}
