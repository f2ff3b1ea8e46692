using System.Net;

namespace Lwt.Core;

/// <summary>A connection as a pair of channels.</summary>
/// <remarks>
/// Closing either channel closes the connection: the output after what it has written is out, the input after that too.
/// </remarks>
/// <example>
/// <code>
/// await using var connection = await ChannelConnection.Open(address);
/// await connection.Output.WriteLine("hello");
/// var answer = await connection.Input.ReadLine();
/// </code>
/// </example>
public sealed partial class ChannelConnection : IAsyncDisposable
{
    private readonly Port _port;

    private ChannelConnection(Port port, InputChannel input, OutputChannel output) =>
        (_port, Input, Output) = (port, input, output);

    /// <summary>What the peer sends.</summary>
    public InputChannel Input { get; }

    /// <summary>What the peer is sent.</summary>
    public OutputChannel Output { get; }

    /// <summary>The address of this end.</summary>
    public EndPoint LocalEndPoint => _port.LocalEndPoint;

    /// <summary>The address of the peer.</summary>
    public EndPoint RemoteEndPoint => _port.RemoteEndPoint;

    /// <summary>Connects to an address. OCaml: <c>Lwt_io.open_connection</c>.</summary>
    public static Promise<ChannelConnection> Open(EndPoint address, ChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Over(PromiseSocket.Connect(address), options);
    }

    /// <summary>Connects to a host by name, as <see cref="PromiseSocket.Connect(string, int)"/> does.</summary>
    public static Promise<ChannelConnection> Open(string host, int port, ChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        return Over(PromiseSocket.Connect(host, port), options);
    }

    /// <summary>Two channels over one connected port.</summary>
    public static ChannelConnection Of(Port port, ChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(port);
        var link = options is { LeaveOpen: true } ? null : new PortLink(port);
        var input = new InputChannel(new PortSource(port, link), options);
        var output = new OutputChannel(new PortSink(port, link), options);
        if (link is not null)
            link.Output = output;
        return new(port, input, output);
    }

    /// <summary>The two channels: <c>var (input, output) = connection;</c></summary>
    public void Deconstruct(out InputChannel input, out OutputChannel output) => (input, output) = (Input, Output);

    /// <summary>Closes both channels, after what was written is out; see <see cref="Channel.Close()"/>.</summary>
    public Promise Close() => CloseInput(Output.Close());

    /// <summary>Closes both channels at once; see <see cref="Channel.Abort()"/>.</summary>
    public Promise Abort() => Promise.Join(Output.Abort(), Input.Abort());

    /// <summary>As <see cref="Close"/>.</summary>
    public Promise DisposeAsync() => Close();

    /// <summary>For owners that know nothing of promises; they may run on any thread.</summary>
    ValueTask IAsyncDisposable.DisposeAsync() => ForeignCall.On(Output.Home, DisposeAsync);

    // The output comes first: its close writes out what is there.
    private async Promise CloseInput(Promise closingOutput)
    {
        try
        {
            await closingOutput;
        }
        finally
        {
            await Input.Close();
        }
    }

    private static async Promise<ChannelConnection> Over(Promise<PromiseSocket> connecting, ChannelOptions? options) =>
        Of((await connecting).Port, options);
}
