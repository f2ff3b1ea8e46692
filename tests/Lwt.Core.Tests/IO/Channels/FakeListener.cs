using System.Net;
using System.Net.Sockets;

namespace Lwt.Core.Tests;

/// <summary>A listening port whose connections a test makes.</summary>
internal sealed class FakeListener : Port
{
    private readonly Queue<Port> _connections = new();
    private Resolver<Port>? _waiting;
    private bool _closed;

    internal int Accepts { get; private set; }

    internal Exception? Failure { get; set; }

    public override bool IsClosed => _closed;

    public override string Description => "a listener of a test";

    internal FakeConnection Connect()
    {
        var connection = new FakeConnection();
        _connections.Enqueue(connection);
        if (_waiting is not { } waiting)
            return connection;
        _waiting = null;
        if (Failure is { } failure)
            waiting.Reject(failure);
        else
            waiting.Fulfill(_connections.Dequeue());
        return connection;
    }

    public override Promise<Port> Accept()
    {
        Accepts++;
        if (Failure is { } failure)
            return Promise.Fail<Port>(failure);
        if (_connections.TryDequeue(out var connection))
            return Promise.Return(connection);
        var (promise, resolver) = Promise.CreateCancelable<Port>();
        _waiting = resolver;
        return promise;
    }

    public override void Close()
    {
        if (_closed)
            return;
        _closed = true;
        _waiting?.Reject(new ObjectDisposedException("listener"));
        _waiting = null;
    }

    public override Promise<int> Read(Memory<byte> buffer) => throw new NotSupportedException();

    public override Promise<int> Write(ReadOnlyMemory<byte> buffer) => throw new NotSupportedException();

    public override bool IsReadable => false;

    public override bool IsWritable => false;

    public override Promise Readable() => throw new NotSupportedException();

    public override Promise Writable() => throw new NotSupportedException();
}

internal sealed class FakeConnection : Port
{
    private bool _closed;

    public override bool IsClosed => _closed;

    public override string Description => "a connection of a test";

    public override EndPoint RemoteEndPoint => new IPEndPoint(IPAddress.Loopback, 1);

    public override Promise<int> Read(Memory<byte> buffer) => Promise.Return(0);

    public override Promise<int> Write(ReadOnlyMemory<byte> buffer) => Promise.Return(buffer.Length);

    public override bool IsReadable => true;

    public override bool IsWritable => true;

    public override Promise Readable() => Promise.Return();

    public override Promise Writable() => Promise.Return();

    public override void Shutdown(SocketShutdown how) { }

    public override void Close() => _closed = true;
}
