using static Lwt.Core.Tests.FilePortTests;
using static Lwt.Core.Tests.TempDirectory;

namespace Lwt.Core.Tests;

/// <summary>What files do with wrong arguments, missing things and a system that refuses.</summary>
public class FileFaultTests
{
    [Fact]
    public void Open_WhatCannotBeOpened_TellsWhy() =>
        Run(async directory =>
        {
            var path = directory.File("a", "");
            await FailsAs("ENOENT", "open", directory["no"], () => PromiseFile.OpenRead(directory["no"]));
            await FailsAs("EEXIST", "open", path, () => PromiseFile.Open(path, FileMode.CreateNew));
            await FailsAs("EISDIR", "open", directory.Path, () => PromiseFile.Open(directory.Path, FileMode.Open));
            await FailsAs("ENOTDIR", "open", $"{path}/b", () => PromiseFile.OpenRead($"{path}/b"));
            await FailsAs("ENOENT", "open", "a\0b", () => PromiseFile.OpenRead("a\0b"));
            await FailsAs(
                "ENAMETOOLONG",
                "open",
                new string('a', 300),
                () => PromiseFile.OpenRead(new string('a', 300))
            );
            Assert.Throws<ArgumentException>(() => PromiseFile.OpenRead(""));
            Assert.Throws<ArgumentException>(() => PromiseFile.Open(path, FileMode.Create, FileAccess.Read));
            Assert.Throws<ArgumentOutOfRangeException>(() => PromiseFile.Open(path, (FileMode)77));
            Assert.Throws<ArgumentOutOfRangeException>(() => PromiseFile.Open(path, FileMode.Open, 0));
            if (!OperatingSystem.IsWindows() && Environment.UserName != "root")
            {
                File.SetUnixFileMode(path, UnixFileMode.None);
                await FailsAs("EACCES", "open", path, () => PromiseFile.OpenRead(path));
            }
        });

    [Fact]
    public void Operations_ThatTheFileDoesNotAllow_TellWhy() =>
        Run(async directory =>
        {
            var path = directory.File("a", "abc");
            await using var reading = await PromiseFile.OpenRead(path);
            await FailsAs("EBADF", "write", path, () => reading.Write(Bytes("a")));
            await FailsAs("EINVAL", "lseek", path, () => reading.Seek(-1, SeekOrigin.Begin));
            await FailsAs("EINVAL", "ftruncate", path, () => reading.SetLength(1));
            await using var writing = await PromiseFile.Open(path, FileMode.Open, FileAccess.Write);
            await FailsAs("EBADF", "read", path, () => writing.Read(new byte[1]));
            await FailsAs("EFBIG", "ftruncate", path, () => writing.SetLength(long.MaxValue));
            await FailsAs("EINVAL", "pwrite", path, () => writing.WriteAt(Bytes("a"), long.MaxValue));
            Assert.Throws<ArgumentOutOfRangeException>(() => reading.ReadAt(new byte[1], -1));
            Assert.Throws<ArgumentOutOfRangeException>(() => writing.WriteAt(new byte[1], -1));
            Assert.Throws<ArgumentOutOfRangeException>(() => writing.SetLength(-1));
            Assert.Throws<ArgumentOutOfRangeException>(() => writing.Lock(-1, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => writing.TryLock(1, -1));
            Assert.Throws<ArgumentOutOfRangeException>(() => writing.Seek(0, (SeekOrigin)3));
            Assert.Equal("abc", await PromiseFile.ReadAllText(path));
            await using var opened = await PromiseFile.OpenRead(directory.Path);
            await FailsAs("EISDIR", "read", directory.Path, () => opened.Read(new byte[1]));
            await FailsAs("EISDIR", "pread", directory.Path, () => opened.ReadAt(new byte[1], 0));
        });

    [Fact]
    public void Write_ToAFullDisk_IsAnError_AndTheFileCanBeClosed()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Run(async _ =>
        {
            var full = await PromiseFile.Open("/dev/full", FileMode.Open, FileAccess.Write);
            await FailsAs("ENOSPC", "write", "/dev/full", () => full.Write(Bytes("a")));
            await FailsAs("ENOSPC", "write", "/dev/full", () => full.Write(Bytes("a")));
            await full.DisposeAsync();
            await using var channel = OutputChannel.Of((await PromiseFile.Open("/dev/full", FileMode.Open)).Port);
            await channel.Write("lost");
            await FailsAs("ENOSPC", "write", "/dev/full", () => channel.Flush());
        });
    }

    [Fact]
    public void Read_OfAFileThatShrinks_ReadsWhatThereIs() =>
        Run(async directory =>
        {
            var path = directory.File("a", new string('x', 100_000));
            await using var file = await PromiseFile.OpenRead(path);
            Assert.Equal(1000, await file.Read(new byte[1000]));
            using (var other = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                other.SetLength(1500);
            Assert.Equal(500, await file.Read(new byte[1000]));
            Assert.Equal(0, await file.Read(new byte[1000]));
            using (var other = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                other.SetLength(10);
            Assert.Equal(0, await file.Read(new byte[1000]));
            Assert.Equal(10, (await PromiseFile.ReadAllBytes(path)).Length);
        });

    [Fact]
    public void Open_WithoutADescriptor_IsEMFILE_AndNothingIsLost()
    {
        Run(async directory =>
        {
            if (!OperatingSystem.IsLinux())
                return;
            var path = directory.File("a", "text");
            // All that it needs is loaded, and a thread is there.
            await PromiseFile.ReadAllText(path);
            await Fails(() => PromiseFile.OpenRead(directory["no"]));
            using (LinuxFaults.TakeAllDescriptors())
            {
                await FailsAs("EMFILE", "open", path, () => PromiseFile.OpenRead(path));
                await FailsAs("EMFILE", "opendir", path, () => PromiseDirectory.Enumerate(path).ToList());
            }
            Assert.Equal("text", await PromiseFile.ReadAllText(path));
        });
    }

    [Fact]
    public void Names_ThatAreNoUtf8_AreReadAndTaken()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Run(async directory =>
        {
            // A lone surrogate stands for a byte: 0xFF, 0xC3.
            var name = "odd\uDCFFname\uDCC3";
            await PromiseFile.WriteAllText(directory[name], "there");
            Assert.Equal([name], await PromiseDirectory.Enumerate(directory.Path).Map(entry => entry.Name).ToList());
            Assert.Equal("there", await PromiseFile.ReadAllText(directory[name]));
            Assert.Equal(5, (await PromiseFile.GetStatus(directory[name])).Length);
            await PromiseFile.Move(directory[name], directory["\uDCFE"]);
            Assert.True(await PromiseFile.Exists(directory["\uDCFE"]));
            await CompilerServices.Primitives.SymbolicLink<Unit>("\uDCFD", directory["link"], null);
            Assert.Equal("\uDCFD", await CompilerServices.Primitives.ReadLink(directory["link"]));
            await PromiseDirectory.Create(directory["d\uDCFF/\uDCFE"]);
            await PromiseDirectory.Delete(directory["d\uDCFF"], recursive: true);
            await PromiseFile.Delete(directory["\uDCFE"]);
            Assert.False(await PromiseFile.Exists(directory["\uDCFE"]));
        });
    }

    [Fact]
    public void PositionsOfAPipe_AreAnError_ThatSaysSo()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Run(async directory =>
        {
            await CompilerServices.Primitives.MakeFifo<Unit>(directory["pipe"], 0x180);
            await using var both = await PromiseFile.Open(directory["pipe"], FileMode.Open);
            Assert.IsNotType<FilePort>(both.Port);
            Assert.Throws<NotSupportedException>(() => both.ReadAt(new byte[1], 0));
            Assert.Throws<NotSupportedException>(() => both.Seek(0, SeekOrigin.Begin));
            Assert.Throws<NotSupportedException>(() => both.Length());
        });
    }
}
