using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Lwt.Core;

// Files.
internal static unsafe partial class Libc
{
    internal const int Append = 0x400;

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int MakeDirectory(string path, int permissions)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(path + "\0"))
            return Result(mkdir(name, (uint)permissions));
    }

    [LibraryImport(Name)]
    private static partial int mkdir(byte* path, uint permissions);
}
