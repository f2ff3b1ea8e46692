using System.Net;
using System.Net.Sockets;
using Lwt.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Lwt.AspNetCore;

/// <summary>Binds Kestrel's endpoints on the loop.</summary>
internal sealed class PortListenerFactory(
    LwtLoop loop,
    IMemoryPoolFactory<byte> pools,
    IOptions<LwtOptions> options,
    ILogger<PortListenerFactory> logger
) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    // Kestrel leaves endpoints of other kinds, such as handles, to its own sockets.
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint or UnixDomainSocketEndPoint;

    public async ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            return await loop.Run(() => Promise.Return<IConnectionListener>(Listen(endpoint))).ConfigureAwait(false);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(e.Message, e);
        }
    }

    private PortListener Listen(EndPoint endpoint)
    {
        var port = PromiseSocket.Listen(endpoint, options.Value.Backlog).Port;
        var maker = new ConnectionMaker(loop, pools.Create(new() { Owner = "lwt" }), options.Value);
        return new(port, endpoint, maker, loop, logger);
    }
}
