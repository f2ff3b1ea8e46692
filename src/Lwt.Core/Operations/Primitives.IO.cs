using System.Net.Sockets;

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
}
