using System.Net;
using System.Net.Sockets;

namespace Lwt.Core;

internal sealed class AcceptOperation(ReadinessPort port, Driver driver) : PortOperation<Port>(port, driver)
{
    public override string Call => "accept";

    public override bool Writes => false;

    public override Promise? Attempt()
    {
        var result = Port.TryAccept(out var accepted);
        return result >= 0 ? Succeed(accepted!) : Fail(-result);
    }
}

internal sealed class ConnectOperation(ReadinessPort port, EndPoint peer, Driver driver)
    : PortOperation<Unit>(port, driver)
{
    public override string Call => "connect";

    public override bool Writes => true;

    public override Promise? Attempt()
    {
        if (Port.WouldWait(writes: true))
            return null;
        var result = Port.EndConnect();
        return result >= 0 ? Succeed(default) : RejectNow(Port.Error(-result, Call, SocketAddresses.Name(peer)));
    }
}

internal sealed class ReceiveFromOperation(ReadinessPort port, Memory<byte> buffer, SocketFlags flags, Driver driver)
    : PortOperation<SocketReceiveFromResult>(port, driver)
{
    public override string Call => "recvfrom";

    public override bool Writes => false;

    public override Promise? Attempt()
    {
        var count = Port.TryReceiveFrom(buffer.Span, flags, out var peer);
        return count >= 0 ? Succeed(new() { ReceivedBytes = count, RemoteEndPoint = peer! }) : Fail(-count);
    }
}

internal sealed class SendToOperation(
    ReadinessPort port,
    ReadOnlyMemory<byte> buffer,
    EndPoint peer,
    SocketFlags flags,
    Driver driver
) : PortOperation<int>(port, driver)
{
    public override string Call => "sendto";

    public override bool Writes => true;

    public override Promise? Attempt()
    {
        var count = Port.TrySendTo(buffer.Span, peer, flags);
        return count >= 0 ? Succeed(count) : Fail(-count);
    }
}

internal sealed class ReceiveOperation(ReadinessPort port, Memory<byte> buffer, SocketFlags flags, Driver driver)
    : PortOperation<int>(port, driver)
{
    public override string Call => "recv";

    public override bool Writes => false;

    public override Promise? Attempt()
    {
        var count = Port.TryReceive(buffer.Span, flags);
        return count >= 0 ? Succeed(count) : Fail(-count);
    }
}

internal sealed class SendOperation(ReadinessPort port, ReadOnlyMemory<byte> buffer, SocketFlags flags, Driver driver)
    : PortOperation<int>(port, driver)
{
    public override string Call => "send";

    public override bool Writes => true;

    public override Promise? Attempt()
    {
        var count = Port.TrySend(buffer.Span, flags);
        return count >= 0 ? Succeed(count) : Fail(-count);
    }
}
