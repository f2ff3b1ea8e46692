using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lwt.Core;

internal static unsafe partial class Libc
{
    /// <summary>More than the library's own structures for it take, on any system: 80 and 336 bytes.</summary>
    private const int RoomOfSpawn = 512;

    internal const int KillNow = 9;
    internal const int Terminate = 15;

    private const int ChildSignal = 17;

    private const short SpawnGroup = 0x02;
    private const short SpawnDefaultSignals = 0x04;
    private const short SpawnSignalMask = 0x08;

    private const int BytesOfSignalSet = 128;

    private const int NumberOfPidfdOpen = 434;
    private const int Exited = 4;
    private const int WithoutWaiting = 1;
    private const int DuplicateAbove = 1030;
    private const int LeaveWaiting = 0x0100_0000;
    private const int ProcessByNumber = 1;

    private static readonly int s_waitid = IsX86 ? 247 : 95;

    /// <summary>What a new process gets instead of what its parent has.</summary>
    internal readonly struct SpawnActions : IDisposable
    {
        private readonly byte* _actions;
        private readonly byte* _attributes;

        public SpawnActions()
        {
            _actions = (byte*)NativeMemory.AllocZeroed(RoomOfSpawn);
            _attributes = (byte*)NativeMemory.AllocZeroed(RoomOfSpawn);
            _ = posix_spawn_file_actions_init(_actions);
            _ = posix_spawnattr_init(_attributes);
        }

        internal byte* Actions => _actions;

        internal byte* Attributes => _attributes;

        /// <summary>The signals that .NET ignores or blocks are as at the start of a program; in a group of its own, if asked.</summary>
        internal void ResetSignals(bool newGroup)
        {
            var signals = stackalloc byte[BytesOfSignalSet];
            NativeMemory.Fill(signals, BytesOfSignalSet, 0xFF);
            _ = posix_spawnattr_setsigdefault(_attributes, signals);
            NativeMemory.Clear(signals, BytesOfSignalSet);
            _ = posix_spawnattr_setsigmask(_attributes, signals);
            var flags = SpawnDefaultSignals | SpawnSignalMask | (newGroup ? SpawnGroup : 0);
            _ = posix_spawnattr_setflags(_attributes, (short)flags);
        }

        /// <summary>The descriptor of the child is one of the parent's; inherited even if no other process is to.</summary>
        internal int Copy(int parents, int childs) => -posix_spawn_file_actions_adddup2(_actions, parents, childs);

        internal int Close(int childs) => -posix_spawn_file_actions_addclose(_actions, childs);

        internal int OpenNull(int childs)
        {
            const int readAndWrite = 2;
            fixed (byte* path = "/dev/null\0"u8)
                return -posix_spawn_file_actions_addopen(_actions, childs, path, readAndWrite, 0);
        }

        internal int ChangeDirectory(byte* path) => -posix_spawn_file_actions_addchdir_np(_actions, path);

        /// <summary>Closes all from this one on. Not in each library: <see cref="EntryPointNotFoundException"/>.</summary>
        internal int CloseFrom(int childs) => -posix_spawn_file_actions_addclosefrom_np(_actions, childs);

        public void Dispose()
        {
            _ = posix_spawn_file_actions_destroy(_actions);
            _ = posix_spawnattr_destroy(_attributes);
            NativeMemory.Free(_actions);
            NativeMemory.Free(_attributes);
        }
    }

    /// <summary>Starts a program, searched for in PATH unless its name has a slash. Returns the number of the process.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Spawn(in SpawnActions how, byte* program, byte** arguments, byte** environment)
    {
        int process;
        var error = posix_spawnp(&process, program, how.Actions, how.Attributes, arguments, environment);
        return error == 0 ? process : -error;
    }

    /// <summary>
    /// Lets the system keep how children end. It does not while SIGCHLD is ignored, as it is from the start if this process's
    /// parent ignored it. A handler, such as .NET's own, stays.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void KeepEndsOfChildren()
    {
        const int bytesOfAction = 256;
        const nint ignored = 1;
        // The handler is the first field on each system.
        var action = stackalloc nint[bytesOfAction / sizeof(long)];
        if (sigaction(ChildSignal, null, action) == 0 && *action == ignored)
            _ = signal(ChildSignal, 0);
    }

    /// <summary>A descriptor of a process, which is readable once that has ended. Linux 5.3.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int ProcessOpen(int process) => Result((int)syscall(NumberOfPidfdOpen, process, 0, 0, 0, 0));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Kill(int process, int signal) => Result(kill(process, signal));

    /// <summary>Blocks until a child has ended, and leaves it to be waited for.</summary>
    internal static int AwaitEnd(int process) => WaitId(process, Exited | LeaveWaiting, out _);

    /// <summary>
    /// How a child has ended, which can be asked once: then the system forgets the child. Of one that has not ended, the process
    /// is zero.
    /// </summary>
    internal static int Reap(int process, out ChildStatus status) =>
        WaitId(process, Exited | WithoutWaiting, out status);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int WaitId(int process, int options, out ChildStatus status)
    {
        const int bytesOfInformation = 128;
        const int words = 18;
        var information = stackalloc int[bytesOfInformation / sizeof(int)];
        var usage = stackalloc long[words];
        for (var i = 0; i < bytesOfInformation / sizeof(int); i++)
            information[i] = 0;
        int result;
        do result = (int)syscall(s_waitid, ProcessByNumber, process, (nint)information, options, (nint)usage);
        while (result < 0 && IsInterrupted());
        status = default;
        if (result < 0)
            return -Marshal.GetLastSystemError();
        // Signal, error, code; then, aligned, process, user, status.
        status = new(information[4], information[2], information[6], Time(usage), Time(usage + 2));
        return 0;
    }

    /// <summary>A descriptor above the standard ones, which no new process inherits.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int DuplicateHigh(int descriptor) => Result(fcntl(descriptor, DuplicateAbove, 10));

    private static TimeSpan Time(long* secondsAndMicroseconds) =>
        TimeSpan.FromSeconds(secondsAndMicroseconds[0]) + TimeSpan.FromMicroseconds(secondsAndMicroseconds[1]);

    /// <summary>What the system tells of a child that has ended.</summary>
    /// <param name="Process">Its number; zero if it has not ended.</param>
    /// <param name="Code">1 if it has exited, 2 or 3 if a signal has killed it.</param>
    /// <param name="Status">Its exit code, or the signal.</param>
    /// <param name="UserTime">The processor time that it used.</param>
    /// <param name="SystemTime">The processor time that the system used for it.</param>
    internal readonly record struct ChildStatus(
        int Process,
        int Code,
        int Status,
        TimeSpan UserTime,
        TimeSpan SystemTime
    );

    [LibraryImport(Name)]
    private static partial int posix_spawnp(
        int* process,
        byte* file,
        byte* actions,
        byte* attributes,
        byte** arguments,
        byte** environment
    );

    [LibraryImport(Name)]
    private static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport(Name)]
    private static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport(Name)]
    private static partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);

    [LibraryImport(Name)]
    private static partial int posix_spawn_file_actions_addclose(byte* actions, int descriptor);

    [LibraryImport(Name)]
    private static partial int posix_spawn_file_actions_addopen(
        byte* actions,
        int descriptor,
        byte* path,
        int flags,
        uint mode
    );

    [LibraryImport(Name)]
    private static partial int posix_spawn_file_actions_addchdir_np(byte* actions, byte* path);

    [LibraryImport(Name)]
    private static partial int posix_spawn_file_actions_addclosefrom_np(byte* actions, int descriptor);

    [LibraryImport(Name)]
    private static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport(Name)]
    private static partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport(Name)]
    private static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport(Name)]
    private static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* signals);

    [LibraryImport(Name)]
    private static partial int posix_spawnattr_setsigmask(byte* attributes, byte* signals);

    [LibraryImport(Name)]
    private static partial nint syscall(nint number, nint a, nint b, nint c, nint d, nint e);

    [LibraryImport(Name)]
    private static partial int sigaction(int signal, nint* action, nint* old);

    [LibraryImport(Name)]
    private static partial nint signal(int signal, nint handler);

    [LibraryImport(Name)]
    private static partial int kill(int process, int signal);
}
