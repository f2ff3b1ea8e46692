using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

// Bytes with descriptors, and who the peer is.
internal sealed unsafe partial class DescriptorPort
{
    internal override SafeHandle Handle => _handle;

    internal override int TryReceiveMessage(InputPieces pieces, out SafeFileHandle[] descriptors)
    {
        _readsByMessage = true;
        var numbers = stackalloc int[Libc.MostDescriptors];
        int count,
            received;
        bool isWhole;
        using (var pinned = PinnedPieces.Pin(pieces))
            count = Libc.ReceiveMessage(_descriptor, pinned.Vector, pinned.Count, numbers, out received, out isWhole);
        descriptors = new SafeFileHandle[received];
        for (var i = 0; i < received; i++)
            descriptors[i] = new SafeFileHandle(numbers[i], ownsHandle: true);
        if (count < 0 || isWhole)
            return Taken(count);
        foreach (var descriptor in descriptors)
            descriptor.Dispose();
        return -Errno.EMFILE;
    }

    internal override int TrySendMessage(OutputPieces pieces, SafeHandle[] descriptors, EndPoint? peer)
    {
        var numbers = stackalloc int[descriptors.Length];
        var held = 0;
        try
        {
            for (; held < descriptors.Length; held++)
            {
                var added = false;
                descriptors[held].DangerousAddRef(ref added);
                numbers[held] = (int)descriptors[held].DangerousGetHandle();
            }
            var address = peer?.Serialize();
            using var pinned = PinnedPieces.Pin(pieces);
            fixed (byte* to = address is null ? default : address.Buffer.Span)
                return Written(
                    Libc.SendMessage(
                        _descriptor,
                        pinned.Vector,
                        pinned.Count,
                        numbers,
                        descriptors.Length,
                        to,
                        address?.Size ?? 0
                    )
                );
        }
        catch (ObjectDisposedException)
        {
            return -Errno.EBADF;
        }
        finally
        {
            while (held > 0)
                descriptors[--held].DangerousRelease();
        }
    }

    public override PeerCredentials PeerCredentials
    {
        get
        {
            EnterSocket("getsockopt");
            var value = stackalloc int[3];
            var size = 3 * sizeof(int);
            Checked(
                Libc.GetOption(
                    _descriptor,
                    NativeOptions.SolSocket,
                    NativeOptions.SoPeerCredentials,
                    (byte*)value,
                    &size
                ),
                "getsockopt"
            );
            return new(value[0], value[1], value[2]);
        }
    }

    public override void JoinGroup(IPAddress group, IPAddress? networkInterface = null) =>
        ChangeGroup(joins: true, group, networkInterface);

    public override void LeaveGroup(IPAddress group, IPAddress? networkInterface = null) =>
        ChangeGroup(joins: false, group, networkInterface);

    private void ChangeGroup(bool joins, IPAddress group, IPAddress? networkInterface)
    {
        ArgumentNullException.ThrowIfNull(group);
        EnterSocket("setsockopt");
        HostGroups.Change(OfDotNet, joins, group, networkInterface);
    }
}
