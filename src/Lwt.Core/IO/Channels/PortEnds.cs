using System.Net.Sockets;
using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>Reads from a port.</summary>
internal sealed class PortSource(Port port, PortLink? link) : ByteSource
{
    internal override Promise<int> Read(Memory<byte> buffer) => port.Read(buffer);

    internal override Promise<long> Seek(long offset, SeekOrigin origin) =>
        port is FilePort file ? file.Seek(offset, origin) : base.Seek(offset, origin);

    internal override Promise Close() => link is null ? Completed<Unit>.Default : link.CloseInput();
}

/// <summary>Writes to a port.</summary>
internal sealed class PortSink(Port port, PortLink? link) : ByteSink
{
    internal override Promise<int> Write(ReadOnlyMemory<byte> buffer) => port.Write(buffer);

    internal override Promise<long> Seek(long offset, SeekOrigin origin) =>
        port is FilePort file ? file.Seek(offset, origin) : base.Seek(offset, origin);

    internal override Promise Close() => link is null ? Completed<Unit>.Default : link.CloseOutput();
}

/// <summary>
/// Closes the port of a channel, or of two: closing either closes the connection, but only after what the other one has
/// written is out.
/// </summary>
internal class PortLink(Port port)
{
    /// <summary>The output of a pair; null for a single channel.</summary>
    internal OutputChannel? Output { get; set; }

    internal Promise CloseInput() => Output is { HasUnwritten: true } output ? CloseAfter(output) : ClosePort();

    internal Promise CloseOutput() => ClosePort();

    private async Promise CloseAfter(OutputChannel output)
    {
        try
        {
            await output.Flush();
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            // Whoever flushes the output is told; here there is nothing more to be done.
        }
        await ClosePort();
    }

    private protected virtual Promise ClosePort()
    {
        if (Output is not null)
            Disconnect(port);
        else if (!port.IsClosed)
            return Primitives.ClosePort<Unit>(port);
        return Completed<Unit>.Default;
    }

    /// <summary>Ends a connection, also for a child that has the descriptor too.</summary>
    internal static void Disconnect(Port port)
    {
        if (port.IsClosed)
            return;
        try
        {
            if (port.AbortReason is null)
                port.Shutdown(SocketShutdown.Both);
        }
        // A listening or unconnected socket, and a pipe, have nothing to shut down.
        catch (Exception e) when (e is SocketException or IOException or NotSupportedException) { }
        finally
        {
            port.Close();
        }
    }
}
