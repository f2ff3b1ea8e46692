namespace Lwt.Core;

internal sealed class ReadVectorOperation(ReadinessPort port, InputPieces pieces, Driver driver)
    : PortOperation<int>(port, driver)
{
    public override string Call => "readv";

    public override bool Writes => false;

    public override Promise? Attempt()
    {
        var count = Port.TryRead(pieces);
        return count >= 0 ? Succeed(count) : Fail(-count);
    }
}

internal sealed class WriteVectorOperation(ReadinessPort port, OutputPieces pieces, Driver driver)
    : PortOperation<int>(port, driver)
{
    public override string Call => "writev";

    public override bool Writes => true;

    public override Promise? Attempt()
    {
        var count = Port.TryWrite(pieces);
        return count >= 0 ? Succeed(count) : Fail(-count);
    }
}
