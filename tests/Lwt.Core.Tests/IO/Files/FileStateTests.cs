using static Lwt.Core.Tests.FilePortTests;

namespace Lwt.Core.Tests;

/// <summary>Files that are closed, aborted and cancelled while calls wait and run.</summary>
public class FileStateTests
{
    [Fact]
    public void AfterClose_EachOperation_IsRejected_AndClosingAgainDoesNothing() =>
        TempDirectory.RunOnEach(async directory =>
        {
            var file = await PromiseFile.Open(directory["a"], FileMode.CreateNew);
            await file.DisposeAsync();
            await file.DisposeAsync();
            file.Dispose();
            Assert.True(file.IsClosed);
            Func<Promise>[] calls =
            [
                () => file.Read(new byte[1]),
                () => file.ReadAt(new byte[1], 0),
                () => file.Write(new byte[1]),
                () => file.WriteAt(new byte[1], 0),
                () => file.ReadAll(),
                () => file.Seek(0, SeekOrigin.Begin),
                () => file.Length(),
                () => file.SetLength(0),
                () => file.FlushToDisk(),
                () => file.GetStatus(),
                () => file.TryLock(0, 0),
                () => file.Port.Readable(),
                () => file.Port.Read((Memory<byte>[])[new byte[1]]),
            ];
            foreach (var call in calls)
            {
                var e = await Assert.ThrowsAsync<PortClosedException>(() => call().AsTask());
                Assert.Contains(directory["a"], e.Message, StringComparison.Ordinal);
            }
            Assert.Throws<PortClosedException>(() => file.Port.IsReadable);
        });

    [Fact]
    public void Close_WhileACallRuns_LetsItEnd_AndKeepsTheDescriptorTillThen()
    {
        if (!OperatingSystem.IsLinux())
            return;
        TempDirectory.Run(async directory =>
        {
            await using var holder = new SlowFile(directory);
            var file = await holder.Open();
            var number = file.Port.Descriptor;
            var running = file.Read(new byte[10]);
            var waiting = file.Read(new byte[10]);
            await holder.UntilItRuns();
            file.Dispose();
            Assert.True(running.IsPending);
            await Assert.ThrowsAsync<PortClosedException>(() => waiting.AsTask());
            // Nobody gets its number as long as the call may use it.
            Assert.True(Path.Exists($"/proc/self/fd/{number}"));
            holder.LetGo("late");
            Assert.Equal(4, await running);
            Assert.False(IsPipe(number, directory));
        });
    }

    [Fact]
    public void Abort_WhileACallRuns_RejectsTheOthers_WithTheReason()
    {
        if (!OperatingSystem.IsLinux())
            return;
        TempDirectory.Run(async directory =>
        {
            await using var holder = new SlowFile(directory);
            var file = await holder.Open();
            var running = file.Read(new byte[10]);
            var waiting = file.Read(new byte[10]);
            await holder.UntilItRuns();
            var boom = new BoomException();
            file.Port.Abort(boom);
            Expect.Rejected(boom, waiting);
            Expect.Rejected(boom, file.Read(new byte[10]));
            Expect.Rejected(boom, file.Length());
            holder.LetGo("late");
            Assert.Equal(4, await running);
            file.Dispose();
        });
    }

    [Fact]
    public void Cancel_OfOneThatWaits_TakesItOut_OfOneThatRuns_DoesNothing()
    {
        if (!OperatingSystem.IsLinux())
            return;
        TempDirectory.Run(async directory =>
        {
            await using var holder = new SlowFile(directory);
            using var file = await holder.Open();
            var running = file.Read(new byte[4]);
            var waiting = file.Read(new byte[10]);
            var last = file.Read(new byte[2]);
            await holder.UntilItRuns();
            running.Cancel();
            Assert.True(running.IsPending);
            waiting.Cancel();
            Assert.True(waiting.IsRejected);
            holder.LetGo("firstlast");
            Assert.Equal(4, await running);
            // It lost nothing to the one that was cancelled.
            Assert.Equal(2, await last);
            Assert.Equal("ast", await Text(file, 10));
        });
    }

    [Fact]
    public void AFullPool_ServesAll_OneAfterTheOther() =>
        TempDirectory.Run(async directory =>
        {
            var workers = EventLoop.Current.Workers;
            workers.SetBounds(0, 1);
            using var gate = new ManualResetEventSlim();
            var busy = workers.Run(() => gate.Wait());
            var paths = Enumerable.Range(0, 50).Select(i => directory.File($"{i}", $"{i}")).ToArray();
            var texts = paths.Select(PromiseFile.ReadAllText).ToArray();
            Assert.Equal(50, workers.QueuedCount);
            texts[10].Cancel();
            Assert.True(texts[10].IsRejected);
            gate.Set();
            for (var i = 0; i < paths.Length; i++)
                if (i != 10)
                    Assert.Equal($"{i}", await texts[i]);
            var file = await PromiseFile.Open(paths[0], FileMode.Open);
            gate.Reset();
            busy = workers.Run(() => gate.Wait());
            workers.MaxQueued = 1;
            var (one, two) = (file.WriteAt(Bytes("a"), 0), file.WriteAt(Bytes("b"), 1));
            await Assert.ThrowsAsync<WorkerPoolFullException>(() => two.AsTask());
            gate.Set();
            await busy;
            await one;
            workers.MaxQueued = 100;
            await file.WriteAt(Bytes("c"), 1);
            await file.DisposeAsync();
            Assert.Equal("ac", File.ReadAllText(paths[0]));
        });

    [Fact]
    public void Channel_ThatIsClosedWhileItReads_IsClosed_WhenTheCallHasEnded()
    {
        if (!OperatingSystem.IsLinux())
            return;
        TempDirectory.Run(async directory =>
        {
            await using var holder = new SlowFile(directory);
            var input = InputChannel.Of((await holder.Open()).Port);
            var line = input.ReadLine();
            await holder.UntilItRuns();
            // It would lose what the call brings.
            line.Cancel();
            Assert.True(line.IsPending);
            var closed = input.Close();
            Assert.True(input.IsClosed);
            holder.LetGo("late\n");
            await Assert.ThrowsAsync<ChannelClosedException>(() => line.AsTask());
            await closed;
        });
    }

    [Fact]
    public void OfATurnThatNothingStarted_TheNextOneComes() =>
        TempDirectory.Run(async directory =>
        {
            var workers = EventLoop.Current.Workers;
            await using var file = await PromiseFile.Open(directory["a"], FileMode.CreateNew);
            workers.SetBounds(0, 1);
            using var gate = new ManualResetEventSlim();
            var busy = workers.Run(() => gate.Wait());
            workers.MaxQueued = 0;
            await Assert.ThrowsAsync<WorkerPoolFullException>(() => file.Write(Bytes("lost")).AsTask());
            gate.Set();
            await busy;
            await file.Write(Bytes("there"));
            Assert.Equal("there", File.ReadAllText(directory["a"]));
            workers.MaxQueued = 100;
        });

    [Fact]
    public void AbortJobs_WhileAFileIsOpened_ClosesIt()
    {
        if (!OperatingSystem.IsLinux())
            return;
        TempDirectory.Run(async directory =>
        {
            await CompilerServices.Primitives.MakeFifo<Unit>(directory["pipe"], 0x180);
            var opening = PromiseFile.OpenRead(directory["pipe"]);
            await Promise.Sleep(TimeSpan.FromMilliseconds(20));
            var boom = new BoomException();
            EventLoop.Current.Workers.Abort(boom);
            Expect.Rejected(boom, opening);
            // The other side: now it is opened, and nobody wants it.
            var other = await PromiseFile.Open(directory["pipe"], FileMode.Open, FileAccess.Write);
            await Promise.Sleep(TimeSpan.FromMilliseconds(20));
            Assert.Equal("EPIPE", (await TempDirectory.Fails(() => other.Write(Bytes("a")))).ErrorName);
            other.Dispose();
        });
    }

    [Fact]
    public void Operations_OnAWrongThread_AreErrors() =>
        TempDirectory.Run(async directory =>
        {
            await using var file = await PromiseFile.Open(directory["a"], FileMode.CreateNew);
            Action[] calls =
            [
                () => file.Read(new byte[1]),
                () => file.WriteAt(new byte[1], 0),
                () => file.Seek(0, SeekOrigin.Begin),
                () => file.FlushToDisk(),
                () => file.Port.Abort(new BoomException()),
                file.Dispose,
                () => file.Port.Readable(),
            ];
            foreach (var call in calls)
                Assert.IsType<InvalidOperationException>(Fresh.OnOtherThread(call));
            await file.Write(Bytes("still open"));
        });

    [Fact]
    public void NothingStaysOpen()
    {
        if (!OperatingSystem.IsLinux())
            return;
        TempDirectory.Run(async directory =>
        {
            for (var round = 0; round < 50; round++)
            {
                await PromiseFile.WriteAllText(directory["a"], "text");
                await PromiseFile.Copy(directory["a"], directory["b"], overwrite: true);
                Assert.Equal(["text"], await PromiseFile.ReadLines(directory["b"]).ToList());
                await PromiseDirectory.Enumerate(directory.Path).ToList();
                await TempDirectory.Fails(() => PromiseFile.Open(directory["a"], FileMode.CreateNew));
                var lines = PromiseFile.ReadLines(directory["a"]);
                await lines.Get();
                await lines.DisposeAsync();
            }
            var open = Directory
                .GetFiles("/proc/self/fd")
                .Select(link => new FileInfo(link).LinkTarget ?? "")
                .Where(target => target.StartsWith(directory.Path, StringComparison.Ordinal));
            Assert.Empty(open);
        });
    }

    private static bool IsPipe(int descriptor, TempDirectory directory) =>
        new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget == directory["pipe"];

    /// <summary>A file whose reads take until the test says so: a pipe, on an engine that waits for none.</summary>
    private sealed class SlowFile(TempDirectory directory) : IAsyncDisposable
    {
        private FileStream? _writer;

        internal async Promise<PromiseFile> Open()
        {
            await CompilerServices.Primitives.MakeFifo<Unit>(directory["pipe"], 0x180);
            EventLoop.Current.SetEngine(new PortableEngine());
            var opening = PromiseFile.OpenRead(directory["pipe"]);
            _writer = new FileStream(directory["pipe"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
            return await opening;
        }

        internal async Promise UntilItRuns()
        {
            while (EventLoop.Current.Workers.BusyCount == 0)
                await Promise.Sleep(TimeSpan.FromMilliseconds(1));
            await Promise.Sleep(TimeSpan.FromMilliseconds(20));
        }

        internal void LetGo(string text) => _writer!.Write(Bytes(text));

        public ValueTask DisposeAsync()
        {
            _writer?.Dispose();
            return default;
        }
    }
}
