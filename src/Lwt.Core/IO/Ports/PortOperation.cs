namespace Lwt.Core;

/// <summary>An operation that waits at a port. Its promise and its place in the port's queue are one object.</summary>
internal interface IPortOperation
{
    /// <summary>The system call that it repeats, for messages.</summary>
    string Call { get; }

    /// <summary>Whether it waits among the writers.</summary>
    bool Writes { get; }

    /// <summary>Whether it takes nothing, and may find a direction not ready that nobody said no of.</summary>
    bool OnlyAsks => false;

    /// <summary>Whether somebody still wants it.</summary>
    bool IsPending { get; }

    /// <summary>
    /// Tries again. Returns the promise to run if that resolved it, or null if it has to wait on.
    /// </summary>
    Promise? Attempt();

    /// <summary>Rejects it; returns the promise to run.</summary>
    Promise RejectNow(Exception reason);
}

internal abstract class PortOperation<T>(ReadinessPort port, Driver driver)
    : Promise<T>(driver, Cancelable | NotifiesCancel),
        IPortOperation
{
    private protected ReadinessPort Port => port;

    public abstract string Call { get; }

    public abstract Promise? Attempt();

    public abstract bool Writes { get; }

    public Promise RejectNow(Exception reason) => TakeOuter().RejectWith(reason);

    private protected Promise Succeed(T value) => TakeOuter().FulfillWith(value);

    private protected Promise? Fail(int error) =>
        -error == ReadinessPort.WouldBlock ? null : RejectNow(port.Error(error, Call));

    internal override void OnCanceled(Driver driver) => port.Withdraw(this);

    internal override void DescribeWait(WaitReport report) => report.On($"{Call} on {port.Description}");
}

internal sealed class ReadOperation(ReadinessPort port, Memory<byte> buffer, Driver driver)
    : PortOperation<int>(port, driver)
{
    public override string Call => "read";

    public override bool Writes => false;

    public override Promise? Attempt()
    {
        var count = Port.TryRead(buffer.Span);
        return count >= 0 ? Succeed(count) : Fail(-count);
    }
}

internal sealed class WriteOperation(ReadinessPort port, ReadOnlyMemory<byte> buffer, Driver driver)
    : PortOperation<int>(port, driver)
{
    public override string Call => "write";

    public override bool Writes => true;

    public override Promise? Attempt()
    {
        var count = Port.TryWrite(buffer.Span);
        return count >= 0 ? Succeed(count) : Fail(-count);
    }
}

/// <summary>Waits until a direction is ready, and takes nothing.</summary>
internal sealed class ReadyOperation(ReadinessPort port, bool writes, Driver driver)
    : PortOperation<Unit>(port, driver),
        IPortOperation
{
    bool IPortOperation.OnlyAsks => true;

    public override string Call => writes ? "wait_write" : "wait_read";

    public override bool Writes => writes;

    public override Promise? Attempt() => Port.WouldWait(writes) ? null : Succeed(default);
}
