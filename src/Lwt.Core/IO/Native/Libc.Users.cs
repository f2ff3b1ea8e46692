using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Lwt.Core;

// Users and groups. These calls block: they may read files, or ask a server. They return the error, not negated.
internal static unsafe partial class Libc
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int GetUser(string name, nint* entry, byte* room, int size, nint* found)
    {
        fixed (byte* start = Encoding.UTF8.GetBytes(name + "\0"))
            return getpwnam_r(start, entry, room, size, found);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int GetUser(int id, nint* entry, byte* room, int size, nint* found) =>
        getpwuid_r((uint)id, entry, room, size, found);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int GetGroup(string name, nint* entry, byte* room, int size, nint* found)
    {
        fixed (byte* start = Encoding.UTF8.GetBytes(name + "\0"))
            return getgrnam_r(start, entry, room, size, found);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int GetGroup(int id, nint* entry, byte* room, int size, nint* found) =>
        getgrgid_r((uint)id, entry, room, size, found);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int GetLogin(byte* room, int size) => getlogin_r(room, size);

    [LibraryImport(Name)]
    private static partial int getpwnam_r(byte* name, nint* entry, byte* room, nint size, nint* found);

    [LibraryImport(Name)]
    private static partial int getpwuid_r(uint id, nint* entry, byte* room, nint size, nint* found);

    [LibraryImport(Name)]
    private static partial int getgrnam_r(byte* name, nint* entry, byte* room, nint size, nint* found);

    [LibraryImport(Name)]
    private static partial int getgrgid_r(uint id, nint* entry, byte* room, nint size, nint* found);

    [LibraryImport(Name)]
    private static partial int getlogin_r(byte* room, nint size);
}
