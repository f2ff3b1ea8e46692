using System.Net;
using System.Net.Sockets;
using Lwt.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Lwt.AspNetCore;

/// <summary>An endpoint that Kestrel accepts connections from.</summary>
internal sealed partial class PortListener : IConnectionListener
{
    // A connection that cannot be accepted, for want of descriptors for example, stays ready: asking at once would not end.
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly Port _port;
    private readonly ConnectionMaker _maker;
    private readonly LwtLoop _loop;
    private readonly ILogger _logger;

    internal PortListener(Port port, EndPoint asked, ConnectionMaker maker, LwtLoop loop, ILogger logger)
    {
        (_port, _maker, _loop, _logger) = (port, maker, loop, logger);
        // Of an address only the port may have been left to the system.
        EndPoint = asked is IPEndPoint ? port.LocalEndPoint : asked;
    }

    public EndPoint EndPoint { get; }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _loop.Run(Accept).ConfigureAwait(false);

    // Here and below no context is captured: a host that is disposed without a stop blocks until this has ended.
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        if (!_port.IsClosed)
            await _loop.Run(Close).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync().ConfigureAwait(false);
        _maker.Dispose();
    }

    private async Promise<ConnectionContext?> Accept()
    {
        while (true)
        {
            try
            {
                return _maker.Make(await _port.Accept());
            }
            catch (PortClosedException) when (_port.IsClosed)
            {
                return null;
            }
            catch (SocketException e)
            {
                LogNotAccepted(e);
            }
            await Promise.Sleep(s_pauseAfterFailure);
        }
    }

    private Promise<bool> Close()
    {
        var isOpen = !_port.IsClosed;
        _port.Close();
        // An abstract address, which begins with '@', is no file.
        if (
            isOpen
            && EndPoint is UnixDomainSocketEndPoint path
            && path.ToString() is { Length: > 0 } name
            && name[0] != '@'
        )
            File.Delete(name);
        return Promise.Return(isOpen);
    }

    [LoggerMessage(1, LogLevel.Warning, "A connection could not be accepted.")]
    private partial void LogNotAccepted(Exception exception);
}
