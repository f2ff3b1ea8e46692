using System.Text;
using Lwt.Core.CompilerServices;

namespace Lwt.Core.Tests;

/// <summary>What files do when nothing goes wrong.</summary>
public class FilePortTests
{
    [Fact]
    public void ReadWriteSeek_OnEachEngine_UseOnePosition() =>
        TempDirectory.RunOnEach(async directory =>
        {
            await using var file = await PromiseFile.Open(directory["a"], FileMode.CreateNew);
            await file.Write(Bytes("one two three"));
            Assert.Equal(13, await file.Seek(0, SeekOrigin.Current));
            Assert.Equal(4, await file.Seek(4, SeekOrigin.Begin));
            Assert.Equal("two", await Text(file, 3));
            Assert.Equal(8, await file.Seek(-5, SeekOrigin.End));
            Assert.Equal("three", await Text(file, 100));
            Assert.Equal("", await Text(file, 100));
            await file.WriteAt(Bytes("TWO"), 4);
            Assert.Equal(13, await file.Seek(0, SeekOrigin.Current));
            var buffer = new byte[7];
            Assert.Equal(7, await file.ReadAt(buffer, 0));
            Assert.Equal("one TWO", Encoding.UTF8.GetString(buffer));
            await file.SetLength(3);
            Assert.Equal(3, await file.Length());
            await file.SetLength(5);
            await file.FlushToDisk();
            await file.FlushToDisk(dataOnly: true);
            Assert.Equal("one\0\0", File.ReadAllText(directory["a"]));
            Assert.Equal(0, await file.Read(Memory<byte>.Empty));
            Assert.Equal(0, await file.ReadAt(new byte[10], 1L << 40));
        });

    [Fact]
    public void Operations_CalledTogether_TakeTurnsInOrder() =>
        TempDirectory.RunOnEach(async directory =>
        {
            await using var file = await PromiseFile.Open(directory["a"], FileMode.CreateNew);
            var writes = Enumerable.Range(0, 100).Select(i => file.Write(Bytes($"{i},"))).ToArray();
            var end = file.Seek(0, SeekOrigin.Current);
            var back = file.Seek(0, SeekOrigin.Begin);
            var all = file.ReadAll();
            await Promise.Join(writes);
            var text = string.Concat(Enumerable.Range(0, 100).Select(i => $"{i},"));
            Assert.Equal((text.Length, 0), (await end, await back));
            Assert.Equal(text, Encoding.UTF8.GetString(await all));
        });

    [Fact]
    public void ReadAt_WriteAt_ManyTogether_EachItsOwnPlace() =>
        TempDirectory.Run(async directory =>
        {
            await using var file = await PromiseFile.Open(directory["a"], FileMode.CreateNew);
            await Promise.Join([
                .. Enumerable.Range(0, 500).Select(i => file.WriteAt(BitConverter.GetBytes(i), 4 * i)),
            ]);
            var buffers = Enumerable.Range(0, 500).Select(_ => new byte[4]).ToArray();
            var counts = await Promise.All([.. buffers.Select((buffer, i) => file.ReadAt(buffer, 4 * i))]);
            Assert.All(counts, count => Assert.Equal(4, count));
            Assert.Equal(Enumerable.Range(0, 500), buffers.Select(buffer => BitConverter.ToInt32(buffer)));
        });

    [Fact]
    public void Vectors_AtThePosition_AndWithAnOffset() =>
        TempDirectory.RunOnEach(async directory =>
        {
            await using var file = await PromiseFile.Open(directory["a"], FileMode.CreateNew);
            var port = (FilePort)file.Port;
            ReadOnlyMemory<byte>[] out3 = [Bytes("one"), ReadOnlyMemory<byte>.Empty, Bytes("two")];
            Assert.Equal(6, await port.Write(out3));
            Assert.Equal(6, await port.WriteAt(out3, 3));
            var (a, b) = (new byte[2], new byte[100]);
            Memory<byte>[] in2 = [a, b];
            Assert.Equal(3, await port.Read(in2));
            Assert.Equal("tw", Encoding.UTF8.GetString(a));
            Assert.Equal((byte)'o', b[0]);
            Assert.Equal(9, await port.ReadAt(in2, 0));
            Assert.Equal("eonetwo", Encoding.UTF8.GetString(b, 0, 7));
            Assert.Equal(0, await port.Read(in2));
            Assert.Equal(0, await port.Read((Memory<byte>[])[]));
            Assert.Equal(0, await port.Write((ReadOnlyMemory<byte>[])[]));
        });

    [Fact]
    public void Append_EachWriteGoesToTheEnd() =>
        TempDirectory.RunOnEach(async directory =>
        {
            await using var one = await PromiseFile.Open(directory["a"], FileMode.Append);
            await using var two = await PromiseFile.Open(directory["a"], FileMode.Append);
            for (var i = 0; i < 10; i++)
            {
                await one.Write(Bytes("a"));
                await two.Write(Bytes("b"));
            }
            Assert.Equal(string.Concat(Enumerable.Repeat("ab", 10)), await PromiseFile.ReadAllText(directory["a"]));
        });

    [Fact]
    public void Read_OfAFileInRam_IsFulfilledAtOnce_AndTellsTheEnd()
    {
        if (!OperatingSystem.IsLinux())
            return;
        TempDirectory.Run(async directory =>
        {
            var path = directory.File("a", new string('x', 10_000));
            await using var file = await PromiseFile.OpenRead(path);
            // Once by a thread at the latest, so that it is in RAM.
            await file.ReadAt(new byte[10_000], 0);
            Expect.Fulfilled(4096, file.Read(new byte[4096]));
            Expect.Fulfilled(5904, file.Read(new byte[8192]));
            Assert.Equal(0, await file.Read(new byte[8192]));
            Expect.Fulfilled(1, file.ReadAt(new byte[100], 9999));
        });
    }

    [Fact]
    public void Read_WithoutEnd_LetsTheLoopTurn() =>
        TempDirectory.Run(async directory =>
        {
            await using var file = await PromiseFile.OpenRead(directory.File("a", new string('x', 100_000)));
            var (turned, reads) = (false, 0);
            Promise.FireAndForget(async () =>
            {
                await Promise.Pause();
                turned = true;
            });
            for (; !turned && reads < 100_000; reads++)
                await file.ReadAt(new byte[4096], 0);
            Assert.True(turned);
        });

    [Fact]
    public void Read_AFileOfTheSystemsOwn_WhoseLengthIsZero_ReadsIt()
    {
        if (!OperatingSystem.IsLinux())
            return;
        TempDirectory.Run(async _ =>
        {
            Assert.Contains("Linux", await PromiseFile.ReadAllText("/proc/version"), StringComparison.Ordinal);
            Assert.Equal(0, (await PromiseFile.GetStatus("/proc/version")).Length);
        });
    }

    [Fact]
    public void Write_MoreThanOneCallTakes_WritesAll() =>
        TempDirectory.Run(async directory =>
        {
            var bytes = new byte[10_000_000];
            Random.Shared.NextBytes(bytes);
            await PromiseFile.WriteAllBytes(directory["a"], bytes);
            Assert.Equal(bytes, await PromiseFile.ReadAllBytes(directory["a"]));
        });

    [Fact]
    public void AThousandFilesAtOnce() =>
        TempDirectory.Run(async directory =>
        {
            var paths = Enumerable.Range(0, 1000).Select(i => directory[$"{i}"]).ToArray();
            await Promise.Join([.. paths.Select(path => PromiseFile.WriteAllText(path, path))]);
            var files = await Promise.All([.. paths.Select(PromiseFile.OpenRead)]);
            var texts = await Promise.All([.. files.Select(file => file.ReadAll())]);
            Assert.Equal(paths, texts.Select(Encoding.UTF8.GetString));
            foreach (var file in files)
                file.Dispose();
        });

    [Fact]
    public void Channel_OverAFile_HasPositionsAndALength() =>
        TempDirectory.RunOnEach(async directory =>
        {
            var path = directory.File("a", "one\ntwo\nthree\n");
            await using var input = InputChannel.Of((await PromiseFile.OpenRead(path)).Port);
            Assert.Equal("one", await input.ReadLine());
            Assert.Equal(4, input.Position);
            Assert.Equal(14, await input.Length());
            await input.SetPosition(8);
            Assert.Equal("three", await input.ReadLine());
            await using var output = OutputChannel.Of((await PromiseFile.Open(path, FileMode.Open)).Port);
            await output.SetPosition(4);
            await output.Write("TWO");
            await output.Flush();
            await input.SetPosition(0);
            Assert.Equal("one\nTWO\nthree\n", await input.ReadToEnd());
        });

    [Fact]
    public void Devices_AndPipesWithNames()
    {
        if (!OperatingSystem.IsLinux())
            return;
        TempDirectory.RunOnEach(async directory =>
        {
            await using (var nothing = await PromiseFile.Open("/dev/null", FileMode.Open))
            {
                await nothing.Write(Bytes("gone"));
                Assert.Equal(0, await nothing.Read(new byte[3]));
                Assert.Equal(FileKind.CharacterDevice, ((FilePort)nothing.Port).Kind);
            }
            await using (var zeros = await PromiseFile.OpenRead("/dev/zero"))
                Assert.Equal(5, await zeros.Read(new byte[5]));
            await Primitives.MakeFifo<Unit>(directory["pipe"], 0x180);
            var (writer, reader) = await Promise.Both(
                PromiseFile.Open(directory["pipe"], FileMode.Open, FileAccess.Write),
                PromiseFile.OpenRead(directory["pipe"])
            );
            var read = reader.ReadAll();
            await writer.Write(Bytes("through"));
            writer.Dispose();
            Assert.Equal("through", Encoding.UTF8.GetString(await read));
            reader.Dispose();
        });
    }

    [Fact]
    public void Device_OpenedNonBlocking_BlocksItsThreads()
    {
        if (!OperatingSystem.IsLinux())
            return;
        TempDirectory.Run(async _ =>
        {
            const FileOpening How = FileOpening.Read | FileOpening.NonBlocking;
            using var port = await Primitives.OpenFile("/dev/null", How, 0);
            var flags = File.ReadLines($"/proc/self/fdinfo/{port.Descriptor}")
                .First(line => line.StartsWith("flags:", StringComparison.Ordinal));
            const int NonBlocking = 0x800;
            Assert.Equal(0, Convert.ToInt32(flags[6..].Trim(), 8) & NonBlocking);
        });
    }

    [Fact]
    public void Readable_OfAFile_IsFulfilledAtOnce_OfATerminalWhenItIs()
    {
        if (!OperatingSystem.IsLinux())
            return;
        TempDirectory.Run(async directory =>
        {
            await using var file = await PromiseFile.OpenRead(directory.File("a", ""));
            Assert.True(file.Port.Readable().IsFulfilled);
            Assert.True(file.Port.Writable().IsFulfilled);
            Assert.True(file.Port.IsReadable);
            await using var terminal = await PromiseFile.Open("/dev/ptmx", FileMode.Open);
            Assert.False(terminal.Port.IsReadable);
            var read = terminal.Read(new byte[10]);
            Assert.True(read.IsPending);
            // It does not take a thread, so it can be cancelled.
            read.Cancel();
            Assert.True(read.IsRejected);
            var closed = terminal.Read(new byte[10]);
            terminal.Dispose();
            await Assert.ThrowsAsync<PortClosedException>(() => closed.AsTask());
        });
    }

    [Fact]
    public void Locks_HoldAgainstOtherProcesses()
    {
        if (!OperatingSystem.IsLinux())
            return;
        TempDirectory.Run(async directory =>
        {
            await using var file = await PromiseFile.Open(directory["a"], FileMode.CreateNew);
            await file.Write(Bytes("0123456789"));
            const string Program =
                "import fcntl,sys; f=open(sys.argv[1],'r+b'); fcntl.lockf(f,fcntl.LOCK_EX,5,0); print('locked',flush=True); sys.stdin.readline()";
            using var other = System.Diagnostics.Process.Start(
                new System.Diagnostics.ProcessStartInfo("python3", ["-c", Program, directory["a"]])
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                }
            )!;
            Assert.Equal("locked", await other.StandardOutput.ReadLineAsync());
            Assert.False(await file.TryLock(0, 1));
            Assert.False(await file.TryLock(4, 0, shared: true));
            Assert.True(await file.TryLock(5, 0));
            var waits = file.Lock(0, 5);
            await Promise.Sleep(TimeSpan.FromMilliseconds(30));
            Assert.True(waits.IsPending);
            other.StandardInput.Close();
            await waits;
            await file.Unlock(0, 0);
            await other.WaitForExitAsync();
        });
    }

    [Fact]
    public void Status_TellsKindLengthAndTimes() =>
        TempDirectory.RunOnEach(async directory =>
        {
            var path = directory.File("a", "12345");
            File.SetLastWriteTimeUtc(path, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
            var status = await PromiseFile.GetStatus(path);
            Assert.Equal((FileKind.Regular, 5L), (status.Kind, status.Length));
            Assert.Equal(new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero), status.LastWrite);
            await using var file = await PromiseFile.OpenRead(path);
            var open = await file.GetStatus();
            Assert.Equal((status.Node, status.Device, 5L), (open.Node, open.Device, open.Length));
            Assert.Equal(FileKind.Directory, (await PromiseFile.GetStatus(directory.Path)).Kind);
            File.CreateSymbolicLink(directory["link"], path);
            Assert.Equal(FileKind.Regular, (await PromiseFile.GetStatus(directory["link"])).Kind);
            Assert.Equal(FileKind.SymbolicLink, (await PromiseFile.GetStatus(directory["link"], false)).Kind);
            if (!OperatingSystem.IsWindows())
                Assert.Equal(File.GetUnixFileMode(path), status.Permissions);
        });

    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    internal static async Promise<string> Text(PromiseFile file, int most)
    {
        var buffer = new byte[most];
        var count = await file.Read(buffer);
        return Encoding.UTF8.GetString(buffer, 0, count);
    }
}
