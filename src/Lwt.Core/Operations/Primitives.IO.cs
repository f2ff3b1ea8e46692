using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Lwt.Core.CompilerServices;

public static partial class Primitives
{
    /// <summary>Disposes of an engine that was replaced. F# calls it for <c>Lwt_engine.set</c>.</summary>
    public static void Retire(EventLoop loop, IEngine engine)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(engine);
        loop.Retire(engine);
    }

    /// <summary>The system's name of an error that .NET's sockets tell, such as ECONNREFUSED.</summary>
    public static string ErrorName(SocketError error) => Errno.Name(error);

    /// <summary>Has all writes to a file go to its end, as O_APPEND does; false where the system does not offer it.</summary>
    public static bool TryAppendAlways(SafeFileHandle file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!OperatingSystem.IsLinux())
            return false;
        var descriptor = (int)file.DangerousGetHandle();
        var done = Libc.SetFlags(descriptor, Libc.GetFlags(descriptor) | Libc.Append) >= 0;
        GC.KeepAlive(file);
        return done;
    }

    /// <summary>Makes a directory, which must not exist yet, in one that does. It blocks.</summary>
    public static void MakeDirectory(string path, int permissions)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (OperatingSystem.IsLinux())
        {
            if (Libc.MakeDirectory(path, permissions) is < 0 and var error)
                throw new PromiseIOException(-error, "mkdir", path);
            return;
        }
        if (Path.Exists(path))
            throw new PromiseIOException(Errno.EEXIST, "mkdir", path);
        Directory.CreateDirectory(path);
    }
}
