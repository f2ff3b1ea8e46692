using System.Net;
using System.Runtime.InteropServices;

namespace Lwt.Core;

// Descriptors that go along with bytes, who the peer is, and groups of hosts.
public abstract partial class Port
{
    /// <summary>The system's object, for calls on other threads; null where there is none.</summary>
    internal virtual SafeHandle? Handle => null;

    /// <summary>
    /// As <see cref="Read(IReadOnlyList{Memory{byte}})"/>, from a socket, with the descriptors that were sent along. No process
    /// that is started inherits them. Cancelling takes neither bytes nor descriptors.
    /// </summary>
    /// <param name="buffers">Where to; of those that are not empty the first 1,024 are used.</param>
    /// <remarks>
    /// If the process has no room for all of the descriptors, the promise is rejected with EMFILE: those that came are closed,
    /// and the bytes are lost. Only sockets of Linux bring descriptors.
    /// </remarks>
    public virtual Promise<ReceivedMessage> ReceiveMessage(IReadOnlyList<Memory<byte>> buffers) => throw NotSocket();

    /// <summary>
    /// As <see cref="Write(IReadOnlyList{ReadOnlyMemory{byte}})"/>, to a socket, with descriptors for the process at the other
    /// end of a local socket: it gets others of the same files, sockets or pipes. Those given stay open.
    /// </summary>
    /// <param name="buffers">What; of those that are not empty the first 1,024 are used.</param>
    /// <param name="descriptors">
    /// Which ones, at most 253. They are sent with the first byte, and must stay open until then; closed ones reject with
    /// EBADF.
    /// </param>
    /// <param name="peer">Where to, for a socket that is not connected.</param>
    /// <exception cref="ArgumentException">
    /// There are too many descriptors, or one is null, or they go with no byte on a stream, which would lose them.
    /// </exception>
    /// <remarks>Only sockets of Linux take descriptors; others reject with EOPNOTSUPP.</remarks>
    public virtual Promise<int> SendMessage(
        IReadOnlyList<ReadOnlyMemory<byte>> buffers,
        IReadOnlyList<SafeHandle>? descriptors = null,
        EndPoint? peer = null
    ) => throw NotSocket();

    /// <summary>
    /// Who is at the other end of a local socket: the process that connected or listened there, as Linux tells it
    /// (SO_PEERCRED). A socket without such a peer has the process 0, and -1 for the user and the group.
    /// </summary>
    /// <exception cref="NotSupportedException">The system does not tell.</exception>
    public virtual PeerCredentials PeerCredentials =>
        throw new NotSupportedException($"The system does not tell who the peer of {Description} is. Linux does.");

    /// <summary>Has a socket receive what is sent to a group of hosts (multicast).</summary>
    /// <param name="group">The address of the group.</param>
    /// <param name="networkInterface">An address of this machine, on the network to listen to; null for the usual one.</param>
    public virtual void JoinGroup(IPAddress group, IPAddress? networkInterface = null) => throw NoGroups(group);

    /// <summary>Undoes <see cref="JoinGroup"/>, with the same arguments.</summary>
    /// <param name="group">The address of the group.</param>
    /// <param name="networkInterface">The address that the group was joined by.</param>
    public virtual void LeaveGroup(IPAddress group, IPAddress? networkInterface = null) => throw NoGroups(group);

    private NotSupportedException NoGroups(IPAddress group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return new($"{Description} cannot be in a group of hosts. Sockets of the system can.");
    }
}
