using System.Net.Sockets;

namespace Lwt.Core;

/// <summary>What Linux calls the options of sockets.</summary>
/// <remarks>
/// .NET's socket sets SO_REUSEPORT along with SO_REUSEADDR, as Windows means it: then two programs can listen at one address
/// and neither learns of the other. So the options that a number holds are set here, each by itself.
/// </remarks>
internal static class NativeOptions
{
    internal const int SolSocket = 1;
    internal const int SoError = 4;
    internal const int SoLinger = 13;
    internal const int SoPeerCredentials = 17;

    /// <summary>The option as setsockopt knows it; null for one that .NET's socket has to set.</summary>
    internal static (int Level, int Name)? Find(SocketOptionLevel level, SocketOptionName name) =>
        (level, name) switch
        {
            (SocketOptionLevel.Socket, SocketOptionName.Debug) => (SolSocket, 1),
            (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress) => (SolSocket, 2),
            (SocketOptionLevel.Socket, SocketOptionName.Type) => (SolSocket, 3),
            (SocketOptionLevel.Socket, SocketOptionName.Error) => (SolSocket, SoError),
            (SocketOptionLevel.Socket, SocketOptionName.DontRoute) => (SolSocket, 5),
            (SocketOptionLevel.Socket, SocketOptionName.Broadcast) => (SolSocket, 6),
            (SocketOptionLevel.Socket, SocketOptionName.SendBuffer) => (SolSocket, 7),
            (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer) => (SolSocket, 8),
            (SocketOptionLevel.Socket, SocketOptionName.KeepAlive) => (SolSocket, 9),
            (SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline) => (SolSocket, 10),
            // .NET has no other name for it.
            (SocketOptionLevel.Socket, SocketOptionName.ReuseUnicastPort) => (SolSocket, 15),
            (SocketOptionLevel.Socket, SocketOptionName.ReceiveLowWater) => (SolSocket, 18),
            (SocketOptionLevel.Socket, SocketOptionName.SendLowWater) => (SolSocket, 19),
            (SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) => (SolSocket, 30),
            (SocketOptionLevel.Tcp, SocketOptionName.NoDelay) => (6, 1),
            (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only) => (41, 26),
            _ => null,
        };
}
