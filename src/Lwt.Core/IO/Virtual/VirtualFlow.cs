namespace Lwt.Core;

/// <summary>What a part of a stream says.</summary>
internal enum SegmentKind : byte
{
    /// <summary>The connection is open: the answer to a request, and the answer to that.</summary>
    Open,
    Data,

    /// <summary>No more data comes.</summary>
    End,

    /// <summary>The other side has given the connection up.</summary>
    Reset,
}

/// <summary>One direction of a connection or pipe: what is under way, and what has arrived and is not read
/// yet.</summary>
/// <remarks>
/// Segments are applied in the order in which they were sent: one that arrives early waits for those before it. The
/// writer may have as many bytes unacknowledged as its own buffer and the reader's hold together; the reader
/// acknowledges what it has read once that is a quarter of them. Invariant: <c>_unacknowledged</c> is the sum of what
/// is under way, what is unread, what was read and not yet acknowledged, and what acknowledgements under way tell.
/// </remarks>
internal sealed class VirtualFlow(VirtualNetwork network, VirtualRoute route)
{
    private const int MostBytesOfSegment = 1460;

    private readonly Queue<Segment> _underWay = new();

    // What has arrived: the rest of the part that is being read, and the parts after it. With an empty first there is
    // no rest.
    private ReadOnlyMemory<byte> _first;
    private readonly Queue<ReadOnlyMemory<byte>> _rest = new();
    private int _unacknowledged;
    private int _read;
    private bool _isReset;

    /// <summary>Null until the request for a connection has arrived.</summary>
    internal VirtualStream? Reader { get; set; }

    /// <summary>Null until the request for a connection has arrived.</summary>
    internal VirtualStream? Writer { get; set; }

    /// <summary>The way of acknowledgements: the other direction's.</summary>
    internal required VirtualRoute Back { get; init; }

    /// <summary>Whether the writer knows at once what the reader does.</summary>
    internal bool IsLocal => route.IsLocal;

    internal int Unread { get; private set; }

    internal int Room => Math.Max(0, Capacity - _unacknowledged);

    private int Capacity =>
        (int)
            Math.Min(
                int.MaxValue,
                (long)(Writer?.SendBuffer ?? 0) + (Reader?.ReceiveBuffer ?? network.ReceiveBufferSize)
            );

    /// <summary>Sends as much as there is room for.</summary>
    internal int Write(ReadOnlySpan<byte> buffer)
    {
        var count = Math.Min(buffer.Length, Room);
        if (count == 0)
            return 0;
        ReadOnlyMemory<byte> data = buffer[..count].ToArray();
        _unacknowledged += count;
        network.Statistics.BytesSent += count;
        var most = route.IsUneven ? MostBytesOfSegment : count;
        for (; !data.IsEmpty; data = data[Math.Min(most, data.Length)..])
            Send(new Segment(this, SegmentKind.Data, data[..Math.Min(most, data.Length)]));
        return count;
    }

    /// <summary>Sends what is no data. Nothing follows a reset.</summary>
    internal void Send(SegmentKind kind)
    {
        if (_isReset)
            return;
        _isReset = kind == SegmentKind.Reset;
        Send(new Segment(this, kind, default));
    }

    internal int Read(Span<byte> buffer, bool peeks)
    {
        var count = Copy(_first, buffer);
        if (peeks)
        {
            foreach (var part in _rest)
                count += Copy(part, buffer[count..]);
            return count;
        }
        _first = _first[count..];
        while (_first.IsEmpty && _rest.TryDequeue(out _first))
        {
            var copied = Copy(_first, buffer[count..]);
            _first = _first[copied..];
            count += copied;
        }
        Unread -= count;
        _read += count;
        if (_read > 0 && _read >= Capacity / 4)
        {
            Back.Send(new Acknowledgement(this, _read));
            _read = 0;
        }
        return count;
    }

    private static int Copy(ReadOnlyMemory<byte> from, Span<byte> to)
    {
        var count = Math.Min(from.Length, to.Length);
        from.Span[..count].CopyTo(to);
        return count;
    }

    private void Send(Segment segment)
    {
        _underWay.Enqueue(segment);
        route.Send(segment);
    }

    /// <summary>Applies what has arrived, up to what has not. Then, for any callback may throw, tells those who
    /// wait.</summary>
    private void Apply()
    {
        VirtualStream? listener = null;
        while (_underWay.TryPeek(out var segment) && segment.HasArrived)
        {
            _underWay.Dequeue();
            if (segment.Kind == SegmentKind.Data && Reader!.Takes)
            {
                Unread += segment.Size;
                network.Statistics.BytesReceived += segment.Size;
                if (_first.IsEmpty)
                    _first = segment.Data;
                else
                    _rest.Enqueue(segment.Data);
            }
            if (Reader!.Apply(segment.Kind) is var concerned && concerned != Reader)
                listener = concerned;
        }
        listener?.SignalBoth();
        Reader?.SignalBoth();
    }

    private sealed class Segment(VirtualFlow flow, SegmentKind kind, ReadOnlyMemory<byte> data) : VirtualMessage
    {
        internal SegmentKind Kind => kind;

        internal ReadOnlyMemory<byte> Data => data;

        internal bool HasArrived { get; private set; }

        internal override int Size => data.Length;

        internal override void Arrive()
        {
            HasArrived = true;
            flow.Apply();
        }

        internal override void TimeOut()
        {
            // What follows it would wait for ever: only that the connection has failed may still be told.
            flow._underWay.Clear();
            flow.Writer?.TimeOut();
            // Neither will know of a connection whose opening is lost.
            if (kind == SegmentKind.Open)
                flow.Reader?.TimeOut();
        }
    }

    // Never lost, for a later one tells the same and more.
    private sealed class Acknowledgement(VirtualFlow flow, int count) : VirtualMessage
    {
        internal override bool CanBeLost => false;

        internal override void Arrive()
        {
            flow._unacknowledged -= count;
            flow.Writer!.SignalBoth();
        }
    }
}
