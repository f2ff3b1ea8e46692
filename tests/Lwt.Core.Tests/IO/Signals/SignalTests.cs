using System.Diagnostics;
using System.Runtime.InteropServices;
using Lwt.Core.CompilerServices;
using static Lwt.Core.Tests.SystemSignals;

namespace Lwt.Core.Tests;

/// <summary>Handlers of signals, by real ones that the process sends to itself.</summary>
public class SignalTests
{
    private static void Run(Func<Promise> body)
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var loop = new EventLoop();
        loop.RunHere(() => Promise.WithTimeout(TimeSpan.FromSeconds(60), () => body().AsUnit()));
    }

    private static EventLoop Loop => EventLoop.Current;

    /// <summary>Waits until something holds, which other threads have a part in.</summary>
    private static async Promise Until(Func<bool> holds)
    {
        while (!holds())
            await Promise.Sleep(TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void OnSignal_Sent_CallsTheHandlerOnTheLoop() =>
        Run(async () =>
        {
            var thread = Environment.CurrentManagedThreadId;
            var told = new List<(PosixSignal, int)>();
            using var handler = Loop.OnSignal(Usr1, signal => told.Add((signal, Environment.CurrentManagedThreadId)));
            Send(Usr1);
            Assert.Empty(told);
            await Until(() => told.Count > 0);
            Send(Usr1);
            await Until(() => told.Count > 1);
            Assert.All(told, one => Assert.Equal((Usr1, thread), one));
        });

    [Theory]
    [InlineData("SIGHUP", 1)]
    [InlineData("SIGINT", 2)]
    [InlineData("SIGQUIT", 3)]
    [InlineData("SIGTERM", 15)]
    [InlineData("SIGCHLD", 17)]
    [InlineData("SIGCONT", 18)]
    [InlineData("SIGTSTP", 20)]
    [InlineData("SIGTTIN", 21)]
    [InlineData("SIGTTOU", 22)]
    [InlineData("SIGWINCH", 28)]
    [InlineData("14", 14)]
    [InlineData("40", 40)]
    public void OnSignal_ByNameOrNumber_IsOneSignal_WhoseDefaultDoesNotHappen(string name, int number) =>
        Run(async () =>
        {
            var named = Enum.Parse<PosixSignal>(name);
            var told = new List<string>();
            using var byName = Loop.OnSignal(named, signal => told.Add($"name {signal}"));
            using var byNumber = Loop.OnSignal((PosixSignal)number, signal => told.Add($"number {signal}"));
            Send((PosixSignal)number);
            await Until(() => told.Count > 1);
            Assert.Equal([$"name {named}", $"number {named}"], told);
        });

    [Fact]
    public void OnSignal_LastHandlerDisposed_LeavesTheSignalToTheSystem() =>
        Run(async () =>
        {
            Assert.False(IsHandled(10));
            var first = Loop.OnSignal(Usr1, _ => { });
            var second = Loop.OnSignal(Usr1, _ => { });
            Assert.Equal(2, Primitives.SignalHandlerCount(Loop));
            first.Dispose();
            first.Dispose();
            Assert.True(IsHandled(10));
            second.Dispose();
            Assert.False(IsHandled(10));
            Assert.Equal(0, Primitives.SignalHandlerCount(Loop));
            await Promise.Return();
        });

    [Fact]
    public void OnSignal_HandlersChangeEachOther_OnlyThoseThatAreLeftAreCalled() =>
        Run(async () =>
        {
            var told = new List<string>();
            IDisposable? second = null;
            IDisposable? added = null;
            using var first = Loop.OnSignal(
                Usr1,
                _ =>
                {
                    told.Add("first");
                    second!.Dispose();
                    added ??= Loop.OnSignal(Usr1, _ => told.Add("added"));
                }
            );
            second = Loop.OnSignal(Usr1, _ => told.Add("second"));
            using var third = Loop.OnSignal(Usr1, _ => told.Add("third"));
            Send(Usr1);
            await Until(() => told.Contains("third"));
            Assert.Equal(["first", "third"], told);
            Send(Usr1);
            await Until(() => told.Contains("added"));
            Assert.Equal(["first", "third", "first", "third", "added"], told);
            added!.Dispose();
        });

    [Fact]
    public void OnSignal_HandlerThrows_TellsTheHook_AndCallsTheNext()
    {
        var called = 0;
        var hooked = Fresh.WithHook(() =>
            Run(async () =>
            {
                using var failing = Loop.OnSignal(Usr1, _ => throw new BoomException());
                using var next = Loop.OnSignal(Usr1, _ => called++);
                Send(Usr1);
                await Until(() => called > 0);
            })
        );
        if (OperatingSystem.IsLinux())
            Assert.IsType<BoomException>(Assert.Single(hooked));
    }

    [Fact]
    public void OnSignal_DisposedAfterTheSignal_IsNotCalled() =>
        Run(async () =>
        {
            var (first, second) = (0, 0);
            var handler = Loop.OnSignal(Usr1, _ => first++);
            using var other = Loop.OnSignal(Usr1, _ => second++);
            Send(Usr1);
            handler.Dispose();
            await Until(() => second > 0);
            Assert.Equal(0, first);
        });

    [Fact]
    public void OnSignal_AStormOnABusyLoop_IsFewCalls_AndLeavesNoMemory() =>
        Run(async () =>
        {
            // One that does nothing by default, for .NET's threads may still tell of some when the test has ended.
            const PosixSignal urgent = (PosixSignal)23;
            const int sent = 100_000;
            var calls = 0;
            using var handler = Loop.OnSignal(urgent, _ => calls++);
            await Settle();
            var before = GC.GetTotalMemory(forceFullCollection: true);
            // The loop does nothing else meanwhile.
            for (var i = 0; i < sent; i++)
                Send(urgent);
            Assert.Equal(0, calls);
            await Until(() => calls > 0);
            await Until(() => GC.GetTotalMemory(forceFullCollection: true) - before < 1_000_000);
            // All that came before were one; those that .NET's threads had not told yet may be further ones.
            Assert.InRange(calls, 1, sent / 10);
            var after = calls;
            Send(urgent);
            await Until(() => calls > after);
        });

    private static async Promise Settle() => await Promise.Sleep(TimeSpan.FromMilliseconds(50));

    [Fact]
    public void OnSignal_SeveralBeforeTheLoopTurns_AreOneCall() =>
        Run(async () =>
        {
            var calls = 0;
            using var handler = Loop.OnSignal(Usr1, _ => calls++);
            for (var i = 0; i < 20; i++)
            {
                Send(Usr1);
                // .NET's threads tell of it, and the loop is kept busy.
                Thread.Sleep(5);
            }
            await Until(() => calls > 0);
            await Settle();
            Assert.Equal(1, calls);
        });

    [Fact]
    public void OnSignal_TwoLoops_BothAreTold() =>
        Run(async () =>
        {
            var told = 0;
            using var handler = Loop.OnSignal(Usr1, _ => told++);
            var ready = new ManualResetEventSlim();
            Exception? failure = null;
            var thread = new Thread(() =>
                failure = Record.Exception(() =>
                {
                    using var other = new EventLoop();
                    other.RunHere(() =>
                    {
                        var next = Promise.NextSignal(Usr1);
                        ready.Set();
                        return next;
                    });
                })
            );
            thread.Start();
            ready.Wait();
            Send(Usr1);
            await Until(() => told > 0);
            Assert.True(thread.Join(TimeSpan.FromSeconds(30)));
            Assert.Null(failure);
            // Those of this loop stay.
            Send(Usr1);
            await Until(() => told > 1);
        });

    [Fact]
    public void Dispose_OfTheLoop_RemovesItsHandlers()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var loop = new EventLoop();
        var handler = loop.OnSignal(Usr1, _ => { });
        Assert.True(IsHandled(10));
        loop.Dispose();
        Assert.False(IsHandled(10));
        handler.Dispose();
        Assert.Throws<ObjectDisposedException>(() => loop.OnSignal(Usr1, _ => { }));
    }

    [Fact]
    public void OnSignal_ThreadOfTheLoopHasEnded_LeavesTheSignalToOthers() =>
        Run(async () =>
        {
            EventLoop? left = null;
            var lost = 0;
            Assert.Null(
                Fresh.OnOtherThread(() =>
                {
                    left = EventLoop.Current;
                    left.OnSignal(Usr1, _ => lost++);
                })
            );
            var told = 0;
            using var handler = Loop.OnSignal(Usr1, _ => told++);
            Send(Usr1);
            await Until(() => told > 0);
            Assert.Equal(0, lost);
            left!.Dispose();
        });

    [Fact]
    public void OnSignal_NothingElseToDo_WaitsForTheSignal() =>
        Run(async () =>
        {
            // A loop that is told of a signal alone does not report a deadlock, and one without handlers does.
            var (promise, resolver) = Promise.Create<int>();
            var sender = new Thread(() =>
            {
                Thread.Sleep(100);
                Send(Usr1);
            });
            Assert.Null(
                Fresh.OnOtherThread(() =>
                {
                    using var loop = new EventLoop();
                    sender.Start();
                    loop.RunHere(() =>
                    {
                        var (told, tell) = Promise.Create<int>();
                        loop.OnSignal(Usr1, _ => tell.Fulfill(1));
                        return told;
                    });
                })
            );
            var deadlock = Fresh.OnOtherThread(() =>
            {
                using var loop = new EventLoop();
                loop.OnSignal(Usr1, _ => { }).Dispose();
                loop.RunHere(() => Promise.Create<int>().Promise);
            });
            Assert.IsType<InvalidOperationException>(deadlock);
            resolver.Fulfill(1);
            await promise;
        });

    [Theory]
    [InlineData(9, "SIGKILL cannot be handled")]
    [InlineData(19, "SIGSTOP cannot be handled")]
    [InlineData(11, "NullReferenceException")]
    [InlineData(8, "SIGFPE tells of a fault")]
    [InlineData(13, "EPIPE")]
    [InlineData(34, "belongs to the runtime")]
    [InlineData(0, "There is no signal 0")]
    [InlineData(65, "There is no signal 65")]
    [InlineData(-99, "There is no signal -99")]
    public void OnSignal_OfWhatCannotBeHandled_SaysWhy(int number, string says) =>
        Run(async () =>
        {
            var refused = Assert.Throws<ArgumentOutOfRangeException>(() =>
                Loop.OnSignal((PosixSignal)number, _ => { })
            );
            Assert.Contains(says, refused.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentOutOfRangeException>(() =>
            {
                _ = Promise.NextSignal(Usr1, (PosixSignal)number);
            });
            Assert.Equal(0, Primitives.SignalHandlerCount(Loop));
            Assert.False(IsHandled(10));
            await Promise.Return();
        });

    [Fact]
    public void NextSignal_Pending_ThenSent_IsFulfilledWithTheSignal() =>
        Run(async () =>
        {
            var next = Promise.NextSignal(Usr1, PosixSignal.SIGTERM);
            var both = Promise.NextSignal(Usr2, PosixSignal.SIGTERM);
            Expect.Pending(next);
            Send((PosixSignal)15);
            Assert.Equal(PosixSignal.SIGTERM, await next);
            Assert.Equal(PosixSignal.SIGTERM, await both);
            Assert.Equal(0, Primitives.SignalHandlerCount(Loop));
            Assert.False(IsHandled(10));
        });

    [Fact]
    public void NextSignal_Cancelled_RemovesItsHandlers() =>
        Run(async () =>
        {
            var next = Promise.NextSignal(Usr1, Usr2);
            next.Cancel();
            Expect.Canceled(next);
            Assert.False(IsHandled(10));
            Assert.False(IsHandled(12));
            await Promise.Return();
        });

    [Fact]
    public void NextSignal_CancelledAfterTheSignal_StaysCancelled() =>
        Run(async () =>
        {
            var told = 0;
            using var other = Loop.OnSignal(Usr1, _ => told++);
            var next = Promise.NextSignal(Usr1);
            Send(Usr1);
            // .NET's thread tells of it before the promise is cancelled.
            Thread.Sleep(50);
            next.Cancel();
            await Until(() => told > 0);
            Expect.Canceled(next);
        });

    [Fact]
    public void NextSignal_TheSameTwice_AndOfNone() =>
        Run(async () =>
        {
            var next = Promise.NextSignal(Usr1, Usr1);
            Send(Usr1);
            Assert.Equal(Usr1, await next);
            Assert.Throws<ArgumentException>(() =>
            {
                _ = Promise.NextSignal();
            });
        });

    [Fact]
    public void NextSignal_InALoop_IsOneHandlerAfterTheOther() =>
        Run(async () =>
        {
            // A handler of the test's own keeps the signal from ending the process in between.
            using var guard = Loop.OnSignal(Usr1, _ => { });
            for (var i = 0; i < 20; i++)
            {
                var next = Promise.NextSignal(Usr1);
                Send(Usr1);
                await next;
            }
            Assert.Equal(1, Primitives.SignalHandlerCount(Loop));
        });

    [Fact]
    public void Reinstall_TellsTheSystemAnew_AndKeepsTheHandlers() =>
        Run(async () =>
        {
            var told = 0;
            using var handler = Loop.OnSignal(Usr1, _ => told++);
            Primitives.ReinstallSignalHandlers(Loop, Usr1);
            Primitives.ReinstallSignalHandlers(Loop, Usr2);
            Assert.True(IsHandled(10));
            Assert.False(IsHandled(12));
            Send(Usr1);
            await Until(() => told > 0);
        });

    [Fact]
    public void OnSignal_OfChildren_LeavesDotNetsProcessesAlone() =>
        Run(async () =>
        {
            var told = 0;
            using var handler = Loop.OnSignal(Enum.Parse<PosixSignal>("SIGCHLD"), _ => told++);
            for (var code = 0; code < 5; code++)
            {
                using var process = Process.Start("/bin/sh", ["-c", $"exit {code}"]);
                await process.WaitForExitAsync().AsPromise();
                Assert.Equal(code, process.ExitCode);
            }
            await Until(() => told > 0);
        });

    [Fact]
    public void OnSignal_VirtualClock_IsToldBesideSleeps() =>
        Run(async () =>
        {
            Exception? failure = null;
            var thread = new Thread(() =>
                failure = Record.Exception(() =>
                    Fresh.Async(async () =>
                    {
                        var next = Promise.NextSignal(Usr1);
                        // Virtual time does not wait for what may come or not.
                        await Promise.Sleep(TimeSpan.FromHours(1));
                        Expect.Pending(next);
                        Send(Usr1);
                        Assert.Equal(Usr1, await next);
                    })
                )
            );
            thread.Start();
            await Until(() => !thread.IsAlive);
            Assert.Null(failure);
        });
}
