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

    /// <summary>Writes a text to a console buffer. F# calls it for <c>Lwt_io.write</c>.</summary>
    public static Promise<TUnit> Write<TUnit>(ConsoleOutput output, string text)
    {
        ArgumentNullException.ThrowIfNull(output);
        return output.Write<TUnit>(text);
    }

    /// <summary>Waits until a console buffer is written out. F# calls it for <c>Lwt_io.flush</c>.</summary>
    public static Promise<TUnit> Flush<TUnit>(ConsoleOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return output.Flush<TUnit>();
    }
}
