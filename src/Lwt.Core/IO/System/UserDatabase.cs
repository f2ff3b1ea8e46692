using System.Runtime.InteropServices;
using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>Looks users and groups up by the C library, which knows where the system keeps them. Linux; it blocks.</summary>
internal static unsafe class UserDatabase
{
    private const int FirstRoom = 1024;
    private const int MostRoom = 16 * 1024 * 1024;
    private const int MostLogin = 257;

    private delegate int Call(nint* entry, byte* room, int size, nint* found);

    /// <summary>The user with this name; null if there is none.</summary>
    internal static UserEntry? User(string name) =>
        Find("getpwnam", name, (entry, room, size, found) => Libc.GetUser(name, entry, room, size, found), ReadUser);

    internal static UserEntry? User(int id) =>
        Find("getpwuid", $"{id}", (entry, room, size, found) => Libc.GetUser(id, entry, room, size, found), ReadUser);

    internal static GroupEntry? Group(string name) =>
        Find("getgrnam", name, (entry, room, size, found) => Libc.GetGroup(name, entry, room, size, found), ReadGroup);

    internal static GroupEntry? Group(int id) =>
        Find("getgrgid", $"{id}", (entry, room, size, found) => Libc.GetGroup(id, entry, room, size, found), ReadGroup);

    /// <summary>The name by which somebody has logged in at the terminal of this process.</summary>
    internal static string Login()
    {
        Require("getlogin");
        var room = stackalloc byte[MostLogin];
        var error = Libc.GetLogin(room, MostLogin);
        return error == 0 ? Text((nint)room) : throw new PromiseIOException(error, "getlogin", "");
    }

    private static T? Find<T>(string call, string argument, Call look, Func<nint, T> read)
        where T : class
    {
        Require(call);
        if (argument.Contains('\0'))
            return null;
        var entry = stackalloc nint[8];
        for (var size = FirstRoom; ; size *= 2)
        {
            var room = (byte*)NativeMemory.Alloc((nuint)size);
            try
            {
                nint found = 0;
                var error = look(entry, room, size, &found);
                if (found != 0)
                    return read((nint)entry);
                if (error == Errno.EINTR)
                    size /= 2;
                else if (error is 0 or Errno.ENOENT or Errno.ESRCH)
                    return null;
                else if (error != Errno.ERANGE || size >= MostRoom)
                    throw new PromiseIOException(error, call, argument);
            }
            finally
            {
                NativeMemory.Free(room);
            }
        }
    }

    // A passwd: name, password, the numbers of user and group, comment, folder, shell.
    private static UserEntry ReadUser(nint entry)
    {
        var words = (nint*)entry;
        var numbers = (int*)(words + 2);
        return new(
            Text(words[0]),
            Text(words[1]),
            numbers[0],
            numbers[1],
            Text(words[3]),
            Text(words[4]),
            Text(words[5])
        );
    }

    // A group: name, password, number, members.
    private static GroupEntry ReadGroup(nint entry)
    {
        var words = (nint*)entry;
        var members = new List<string>();
        for (var member = (nint*)words[3]; member is not null && *member != 0; member++)
            members.Add(Text(*member));
        return new(Text(words[0]), Text(words[1]), *(int*)(words + 2), [.. members]);
    }

    private static string Text(nint start) =>
        start == 0 ? "" : Utf8Text.Decode(MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)start));

    private static void Require(string call)
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException(
                $"{call}: users and groups are looked up on Linux only. Environment.UserName tells who runs this process."
            );
    }
}
