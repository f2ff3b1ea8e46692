using System.Text;
using Lwt.Core;
using Xunit;

namespace Lwt.Core.Tests;

public sealed class ConsoleOutputTests
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
    private readonly ConsoleOutput _output;

    public ConsoleOutputTests() => _output = new ConsoleOutput(() => _writer);

    private static void Run(Func<Promise> main)
    {
        using var loop = new EventLoop(new() { Engine = new VirtualEngine() });
        loop.RunHere(main);
    }

    [Fact]
    public void Write_RoomInTheBuffer_IsFulfilledAlready()
    {
        _writer.Open.Reset();
        Assert.True(_output.Write("a").IsFulfilled);
        _writer.Open.Set();
        Run(() => _output.Flush());
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
    public void Flush_NothingWritten_IsFulfilledAlready() => Assert.True(_output.Flush().IsFulfilled);

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
    public void Write_TargetReplaced_GoesToTheOneAtTheTime()
    {
        var (first, second) = (new StringWriter(), new StringWriter());
        TextWriter current = first;
        var output = new ConsoleOutput(() => current);
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
