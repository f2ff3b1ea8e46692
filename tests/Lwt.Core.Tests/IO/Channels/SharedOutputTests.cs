using System.Text;
using Lwt.Core;
using Xunit;

namespace Lwt.Core.Tests;

public sealed class SharedOutputTests
{
    /// <summary>A writer that blocks until it is released.</summary>
    private sealed class Slow : TextWriter
    {
        internal readonly ManualResetEventSlim Open = new(true);
        internal readonly StringBuilder Text = new();
        internal Exception? Error;

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(string? value)
        {
            Open.Wait();
            if (Error is { } error)
                throw error;
            Text.Append(value);
        }
    }

    private const int MoreThanTheBuffer = 100_000;

    private readonly Slow _writer = new();
    private readonly OutputChannel _output;

    public SharedOutputTests() => _output = OutputChannel.Of(() => _writer);

    private static void Run(Func<Promise> main)
    {
        using var loop = new EventLoop(new() { Engine = new VirtualEngine() });
        loop.RunHere(main);
    }

    [Fact]
    public void Write_RoomInTheBuffer_IsFulfilledAlready()
    {
        _writer.Open.Reset();
        Run(() =>
        {
            Assert.True(_output.Write("a").IsFulfilled);
            _writer.Open.Set();
            return _output.Flush();
        });
        Assert.Equal("a", _writer.Text.ToString());
    }

    [Fact]
    public void Write_ManyTexts_KeepsTheirOrder()
    {
        Run(() =>
        {
            for (var i = 0; i < 1000; i++)
                _output.WriteLine($"{i}").Ignore();
            return _output.Flush();
        });
        Assert.Equal(string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i}\n")), _writer.Text.ToString());
    }

    [Fact]
    public void Write_BufferFull_IsPendingUntilTheTextIsOut()
    {
        _writer.Open.Reset();
        Run(() =>
        {
            var written = _output.Write(new string('x', MoreThanTheBuffer));
            Assert.True(written.IsPending);
            _writer.Open.Set();
            return written;
        });
        Assert.Equal(MoreThanTheBuffer, _writer.Text.Length);
    }

    [Fact]
    public void Write_NobodyWaits_IsOutWhenTheRunEnds()
    {
        var texts = Enumerable.Range(0, 50).Select(i => new string((char)('a' + i % 26), 5000)).ToArray();
        Run(() =>
        {
            foreach (var text in texts)
                _output.Write(text).Ignore();
            return Promise.Return();
        });
        Assert.Equal(string.Concat(texts), _writer.Text.ToString());
    }

    [Fact]
    public void Write_CanceledWhileItWaits_WritesNothingOfIt()
    {
        _writer.Open.Reset();
        Run(() =>
        {
            var first = _output.Write(new string('x', MoreThanTheBuffer));
            var second = _output.Write("never");
            second.Cancel();
            _writer.Open.Set();
            return first.Bind(() => _output.Write("last"));
        });
        Assert.Equal(new string('x', MoreThanTheBuffer) + "last", _writer.Text.ToString());
    }

    [Fact]
    public void Write_TwoLoopsInTurn_KeepsTheOrder()
    {
        Run(() => _output.Write("a"));
        Run(() => _output.Write("b"));
        Assert.Equal("ab", _writer.Text.ToString());
    }

    [Fact]
    public void WriteFromExactly_CharacterInPieces_IsOneCharacter()
    {
        Run(() =>
            _output
                .WriteFromExactly(new byte[] { 0xC3 })
                .Bind(() => _output.Flush())
                .Bind(() => _output.WriteFromExactly(new byte[] { 0xA9 }))
        );
        Assert.Equal("é", _writer.Text.ToString());
    }

    [Fact]
    public void Flush_TextUnderWay_IsPendingUntilItIsOut()
    {
        _writer.Open.Reset();
        Run(() =>
        {
            _output.Write("a").Ignore();
            var flushed = _output.Flush();
            Assert.True(flushed.IsPending);
            _writer.Open.Set();
            return flushed;
        });
        Assert.Equal("a", _writer.Text.ToString());
    }

    [Fact]
    public void Flush_NothingWritten_IsFulfilledAlready() =>
        Run(() =>
        {
            Assert.True(_output.Flush().IsFulfilled);
            return Promise.Return();
        });

    [Fact]
    public void Flush_WriterFails_RejectsWithTheSameExceptionAndGoesOn()
    {
        var error = new IOException("disk full");
        _writer.Error = error;
        Run(() =>
        {
            _writer.Open.Reset();
            _output.Write("lost").Ignore();
            var flushed = _output.Flush();
            _writer.Open.Set();
            return Promise.TryBind(
                () => flushed.AsUnit(),
                _ => Promise.Fail<bool>(new InvalidOperationException("The error was swallowed.")),
                e => Promise.Return(ReferenceEquals(e, error) ? true : throw e)
            );
        });
        _writer.Error = null;
        Run(() => _output.Write("kept").Bind(() => _output.Flush()));
        Assert.Equal("kept", _writer.Text.ToString());
    }

    [Fact]
    public void Write_WriterFails_AndNobodyFlushes_IsToldOnceTheBufferIsFull()
    {
        var error = new IOException("disk full");
        _writer.Error = error;
        var told = Assert.Throws<IOException>(() =>
            Run(async () =>
            {
                while (true)
                {
                    await _output.Write(new string('x', 1000));
                    await Promise.Pause();
                }
            })
        );
        Assert.Same(error, told);
    }

    [Fact]
    public void Write_TargetReplaced_GoesToTheOneAtTheTime()
    {
        var (first, second) = (new StringWriter(), new StringWriter());
        TextWriter current = first;
        var output = OutputChannel.Of(() => current);
        Run(() =>
        {
            output.Write("a").Ignore();
            output.Write("b").Ignore();
            current = second;
            output.Write("c").Ignore();
            return output.Flush();
        });
        Assert.Equal(("ab", "c"), (first.ToString(), second.ToString()));
    }
}
