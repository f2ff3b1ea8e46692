using System.Text;

namespace Lwt.Core.Tests;

/// <summary>What tests of channels share.</summary>
internal static class Channels
{
    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    internal static InputChannel Input(string text) => InputChannel.Of(Bytes(text));

    /// <summary>An input of pieces, each of which one read returns; with <paramref name="size"/> as the size of its buffer.</summary>
    internal static InputChannel Pieces(int size, params byte[][] pieces)
    {
        var next = 0;
        return InputChannel.Create(
            buffer =>
            {
                if (next == pieces.Length)
                    return Promise.Return(0);
                var piece = pieces[next++];
                piece.CopyTo(buffer);
                return Promise.Return(piece.Length);
            },
            options: new() { BufferSize = size }
        );
    }

    /// <summary>An input whose bytes come when <see cref="Feed"/> says so.</summary>
    internal sealed class Fed
    {
        private readonly Queue<byte[]> _ready = new();
        private Resolver<int>? _waiting;
        private Memory<byte> _target;

        internal Fed(ChannelOptions? options = null) => Channel = InputChannel.Create(Read, options: options);

        internal InputChannel Channel { get; }

        internal void Feed(string text) => Feed(Bytes(text));

        internal void Feed(byte[] bytes)
        {
            _ready.Enqueue(bytes);
            if (_waiting is not { } waiting)
                return;
            _waiting = null;
            if (waiting.Promise.IsPending)
                waiting.Fulfill(Take(_target));
        }

        internal void End() => Feed([]);

        private Promise<int> Read(Memory<byte> target)
        {
            if (_ready.Count > 0)
                return Promise.Return(Take(target));
            var (promise, resolver) = Promise.CreateCancelable<int>();
            (_waiting, _target) = (resolver, target);
            return promise;
        }

        private int Take(Memory<byte> target)
        {
            var bytes = _ready.Dequeue();
            bytes.CopyTo(target);
            return bytes.Length;
        }
    }

    /// <summary>An output that collects what is written, at most so many bytes at once.</summary>
    internal sealed class Sink
    {
        private readonly MemoryStream _written = new();

        internal Sink(int size = 64, int most = int.MaxValue)
        {
            Channel = OutputChannel.Create(
                async bytes =>
                {
                    Calls++;
                    if (Gate is { } gate)
                        await gate;
                    if (Failure is { } failure)
                        throw failure;
                    var count = Math.Min(most, bytes.Length);
                    _written.Write(bytes.Span[..count]);
                    return count;
                },
                close: () =>
                {
                    Closed++;
                    return Promise.Return();
                },
                options: new() { BufferSize = size }
            );
        }

        internal OutputChannel Channel { get; }

        internal int Calls { get; private set; }

        internal int Closed { get; private set; }

        /// <summary>What a write waits for.</summary>
        internal Promise<Unit>? Gate { get; set; }

        internal Exception? Failure { get; set; }

        internal byte[] Bytes => _written.ToArray();

        internal string Text => Encoding.UTF8.GetString(_written.ToArray());
    }
}
