using System.Net;
using System.Runtime.InteropServices;

namespace Lwt.Core;

internal sealed class ReceiveMessageOperation(ReadinessPort port, InputPieces pieces, Driver driver)
    : PortOperation<ReceivedMessage>(port, driver)
{
    public override string Call => "recv_msg";

    public override bool Writes => false;

    public override Promise? Attempt()
    {
        var count = Port.TryReceiveMessage(pieces, out var descriptors);
        return count >= 0 ? Succeed(new(count, descriptors)) : Fail(-count);
    }
}

internal sealed class SendMessageOperation(
    ReadinessPort port,
    OutputPieces pieces,
    SafeHandle[] descriptors,
    EndPoint? peer,
    Driver driver
) : PortOperation<int>(port, driver)
{
    public override string Call => "send_msg";

    public override bool Writes => true;

    public override Promise? Attempt()
    {
        var count = Port.TrySendMessage(pieces, descriptors, peer);
        return count >= 0 ? Succeed(count) : Fail(-count);
    }
}
