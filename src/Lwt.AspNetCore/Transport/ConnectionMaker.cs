using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Lwt.Core;

namespace Lwt.AspNetCore;

/// <summary>Makes the connections of a listener, and holds what they share.</summary>
internal sealed class ConnectionMaker : IDisposable
{
    private readonly LwtLoop _loop;
    private readonly LwtOptions _options;
    private readonly PipeOptions _input;
    private readonly PipeOptions _output;

    internal ConnectionMaker(LwtLoop loop, MemoryPool<byte> pool, LwtOptions options)
    {
        (_loop, _options, Pool) = (loop, options, pool);
        var scheduler = new LoopScheduler(loop);
        _input = PipeOf(options.MaxReadBufferSize);
        _output = PipeOf(options.MaxWriteBufferSize);

        PipeOptions PipeOf(long? limit) =>
            new(pool, scheduler, scheduler, limit ?? 0, (limit ?? 0) / 2, useSynchronizationContext: false);
    }

    internal MemoryPool<byte> Pool { get; }

    internal PortConnection Make(Port port)
    {
        if (_options.NoDelay && port.LocalEndPoint is IPEndPoint)
            port.SetOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, 1);
        var connection = new PortConnection(
            port,
            _loop,
            Pool,
            new(_input),
            new(_output),
            _options.WaitForDataBeforeAllocatingBuffer
        );
        connection.Start();
        return connection;
    }

    public void Dispose() => Pool.Dispose();
}
