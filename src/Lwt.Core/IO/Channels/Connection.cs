using System.Net;

namespace Lwt.Core;

/// <summary>Opens connections as pairs of channels.</summary>
/// <remarks>
/// Closing either channel closes the connection: the output after what it has written is out, the input after that too.
/// </remarks>
public static class Connection
{
    /// <summary>Connects to an address. OCaml: <c>Lwt_io.open_connection</c>.</summary>
    /// <example>
    /// <code>
    /// var (input, output) = await Connection.Open(address);
    /// await output.WriteLine("hello");
    /// var answer = await input.ReadLine();
    /// await output.Close();
    /// </code>
    /// </example>
    public static async Promise<(InputChannel Input, OutputChannel Output)> Open(
        EndPoint address,
        ChannelOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(address);
        var socket = await PromiseSocket.Connect(address);
        return Of(socket.Port, options);
    }

    /// <summary>Connects to a host by name, as <see cref="PromiseSocket.Connect(string, int)"/> does.</summary>
    public static async Promise<(InputChannel Input, OutputChannel Output)> Open(
        string host,
        int port,
        ChannelOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(host);
        var socket = await PromiseSocket.Connect(host, port);
        return Of(socket.Port, options);
    }

    /// <summary>Two channels over one connected port.</summary>
    public static (InputChannel Input, OutputChannel Output) Of(Port port, ChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(port);
        var link = options is { LeaveOpen: true } ? null : new PortLink(port);
        var pair = (
            Input: new InputChannel(new PortSource(port, link), options),
            Output: new OutputChannel(new PortSink(port, link), options)
        );
        if (link is not null)
            link.Output = pair.Output;
        return pair;
    }
}
