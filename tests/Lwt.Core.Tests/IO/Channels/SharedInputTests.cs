using System.Collections.Concurrent;
using Lwt.Core;
using Xunit;

namespace Lwt.Core.Tests;

public sealed class SharedInputTests
{
    /// <summary>A reader that blocks until it is given a line; null ends it.</summary>
    private sealed class Feed : TextReader
    {
        private readonly BlockingCollection<Func<string?>> _lines = [];
        private string _line = "";
        private int _next;

        internal int Asked;

        internal void Give(params string?[] lines)
        {
            foreach (var line in lines)
                _lines.Add(() => line);
        }

        internal void Break(Exception e) => _lines.Add(() => throw e);

        public override int Read()
        {
            if (_next == _line.Length)
            {
                Interlocked.Increment(ref Asked);
                if (_lines.Take()() is not { } line)
                    return -1;
                (_line, _next) = (line + "\n", 0);
            }
            return _line[_next++];
        }
    }

    private readonly Feed _feed = new();
    private readonly InputChannel _input;

    public SharedInputTests() => _input = InputChannel.Of(() => _feed);

    private static EventLoop VirtualLoop() => new(new() { Engine = new VirtualEngine() });

    private static T Run<T>(Func<Promise<T>> main)
    {
        using var loop = VirtualLoop();
        return loop.RunHere(main);
    }

    [Fact]
    public void ReadLine_LinesAreThere_GivesThemInOrder()
    {
        _feed.Give("a", "b", "c");
        var lines = Run(() => Promise.All(_input.ReadLine(), _input.ReadLine(), _input.ReadLine()));
        Assert.Equal(["a", "b", "c"], lines);
    }

    [Fact]
    public void ReadLine_NoLineYet_IsPendingAndDoesNotBlock()
    {
        var wasPending = Run(() =>
        {
            var line = _input.ReadLine();
            var pending = line.IsPending;
            _feed.Give("late");
            return line.Map(text => (pending, text));
        });
        Assert.Equal((true, "late"), wasPending);
    }

    [Fact]
    public void ReadLine_EndOfInput_GivesNullToEachReader()
    {
        _feed.Give(null, null);
        Assert.Equal([null, null], Run(() => Promise.All(_input.ReadLine(), _input.ReadLine())));
    }

    [Fact]
    public void ReadLine_ReaderFails_RejectsWithTheSameExceptionAndGoesOn()
    {
        var error = new IOException("broken");
        _feed.Break(error);
        _feed.Give("after");
        Assert.Same(error, Assert.Throws<IOException>(() => Run(() => _input.ReadLine())));
        Assert.Equal("after", Run(() => _input.ReadLine()));
    }

    [Fact]
    public void ReadLine_Canceled_LeavesTheLineToTheNextReader()
    {
        var (first, second) = Run(() =>
        {
            var canceled = _input.ReadLine();
            var next = _input.ReadLine();
            canceled.Cancel();
            _feed.Give("only");
            return next.Map(line => (canceled.IsCanceled, line));
        });
        Assert.True(first);
        Assert.Equal("only", second);
    }

    [Fact]
    public void ReadLine_CanceledWhileTheLineIsOnItsWay_LosesNothing()
    {
        const int count = 200;
        _feed.Give([.. Enumerable.Range(0, count).Select(i => $"{i}")]);
        var seen = new List<string?>();
        Promise ReadRest()
        {
            if (seen.Count == count)
                return Promise.Return();
            var asked = _feed.Asked;
            var canceled = _input.ReadLine();
            // The thread has read its line, or is about to; the loop hands it to a reader only after this callback.
            SpinWait.SpinUntil(() => _feed.Asked > asked);
            canceled.Cancel();
            return _input
                .ReadLine()
                .Bind(line =>
                {
                    seen.Add(line);
                    return ReadRest();
                });
        }
        Run(() => ReadRest().AsUnit());
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"{i}"), seen);
    }

    [Fact]
    public void ReadLine_NobodyWaits_ReadsNothingAhead()
    {
        _feed.Give("a", "b", "c");
        Assert.Equal("a", Run(() => _input.ReadLine()));
        Assert.Equal(1, _feed.Asked);
    }

    [Fact]
    public void ReadLine_AskedFromACallback_GetsTheNextLine()
    {
        _feed.Give("a", "b");
        Assert.Equal("ab", Run(() => _input.ReadLine().Bind(a => _input.ReadLine().Map(b => a + b))));
    }

    [Fact]
    public void ReadLine_TwoLoops_AreServedInTheirOrder()
    {
        using var other = VirtualLoop();
        using var asked = new ManualResetEventSlim();
        string? second = null;
        var first = Run(() =>
        {
            var mine = _input.ReadLine();
            var thread = new Thread(() =>
                second = other.RunHere(() =>
                {
                    var its = _input.ReadLine();
                    asked.Set();
                    return its;
                })
            );
            thread.Start();
            asked.Wait();
            _feed.Give("a", "b");
            return mine.Map(line =>
            {
                thread.Join();
                return line;
            });
        });
        Assert.Equal(("a", "b"), (first, second));
    }

    [Fact]
    public void ReadChar_RunEnds_LeavesTheRestOfTheLineToOthers()
    {
        _feed.Give("ab");
        Assert.Equal('a', Run(() => _input.ReadChar()));
        Assert.Equal("b", Run(() => _input.ReadLine()));
    }

    [Fact]
    public void ReadIntoExactly_LoopDisposedOf_LosesNoWholeLine()
    {
        _feed.Give("a", "b");
        Run(() =>
        {
            var line = _input.ReadLine();
            return line.Map(text =>
            {
                _ = _input.ReadToEnd();
                return text;
            });
        });
        Assert.Equal("b", Run(() => _input.ReadLine()));
    }

    [Fact]
    public void Close_InOneLoop_LeavesItOpenInOthers()
    {
        _feed.Give("a");
        Assert.True(Run(() => _input.Close().Map(() => _input.IsClosed)));
        Assert.Equal("a", Run(() => _input.ReadLine()));
    }

    [Fact]
    public void Atomic_OnTheChannelOfAllLoops_HasItForItself()
    {
        _feed.Give("a", "b", "c");
        var lines = Run(() =>
        {
            var pair = _input.Atomic(async input => await input.ReadLine() + await input.ReadLine());
            return Promise.All<string?>(pair.Map(text => (string?)text), _input.ReadLine());
        });
        Assert.Equal(["ab", "c"], lines);
    }

    [Fact]
    public void ReadLine_LoopDisposedOf_LeavesItsLineToOthers()
    {
        Run(() =>
        {
            _ = _input.ReadLine();
            return Promise.Return(0);
        });
        _feed.Give("a");
        Assert.Equal("a", Run(() => _input.ReadLine()));
    }
}
