using System.Text;
using static Lwt.Core.Tests.FilePortTests;

namespace Lwt.Core.Tests;

/// <summary>Whole files and directories by their names.</summary>
public class PromiseFileTests
{
    [Fact]
    public void ReadAll_WriteAll_Append() =>
        TempDirectory.RunOnEach(async directory =>
        {
            var path = directory["a"];
            await PromiseFile.WriteAllText(path, "grün\n");
            await PromiseFile.AppendAllText(path, "zwei");
            Assert.Equal("grün\nzwei", await PromiseFile.ReadAllText(path));
            Assert.Equal(["grün", "zwei"], await PromiseFile.ReadLines(path).ToList());
            await PromiseFile.WriteAllBytes(path, Bytes("short"));
            Assert.Equal("short", Encoding.UTF8.GetString(await PromiseFile.ReadAllBytes(path)));
            await PromiseFile.WriteAllText(path, "");
            Assert.Empty(await PromiseFile.ReadAllBytes(path));
            Assert.Empty(await PromiseFile.ReadLines(path).ToList());
            File.WriteAllText(path, "marked", new UTF8Encoding(true));
            Assert.Equal("marked", await PromiseFile.ReadAllText(path));
            await PromiseFile.WriteAllText(path, "\uDCFF");
            Assert.Equal([0xFF], File.ReadAllBytes(path));
            Assert.Equal("\uDCFF", await PromiseFile.ReadAllText(path));
        });

    [Fact]
    public void Open_EachMode() =>
        TempDirectory.RunOnEach(async directory =>
        {
            var path = directory["a"];
            async Promise<string> Write(FileMode mode)
            {
                await using (var file = await PromiseFile.Open(path, mode, FileAccess.Write))
                    await file.Write(Bytes("xy"));
                return File.ReadAllText(path);
            }
            Assert.Equal("xy", await Write(FileMode.CreateNew));
            File.WriteAllText(path, "abc");
            Assert.Equal("xyc", await Write(FileMode.Open));
            Assert.Equal("xyc", await Write(FileMode.OpenOrCreate));
            Assert.Equal("xycxy", await Write(FileMode.Append));
            Assert.Equal("xy", await Write(FileMode.Truncate));
            File.WriteAllText(path, "abc");
            Assert.Equal("xy", await Write(FileMode.Create));
            File.Delete(path);
            await TempDirectory.FailsAs("ENOENT", "open", path, () => Write(FileMode.Truncate));
            Assert.Equal("xy", await Write(FileMode.OpenOrCreate));
            await using var through = await PromiseFile.Open(directory["b"], FileMode.Create, writeThrough: true);
            await through.Write(Bytes("there"));
        });

    [Fact]
    public void Copy_TakesContentsAndPermissions_AndKeepsWhatIsThere() =>
        TempDirectory.RunOnEach(async directory =>
        {
            var bytes = new byte[3_000_000];
            Random.Shared.NextBytes(bytes);
            File.WriteAllBytes(directory["a"], bytes);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(directory["a"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await PromiseFile.Copy(directory["a"], directory["b"]);
            Assert.Equal(bytes, File.ReadAllBytes(directory["b"]));
            if (!OperatingSystem.IsWindows())
                Assert.Equal(File.GetUnixFileMode(directory["a"]), File.GetUnixFileMode(directory["b"]));
            File.WriteAllText(directory["a"], "short");
            await TempDirectory.FailsAs(
                "EEXIST",
                "open",
                directory["b"],
                () => PromiseFile.Copy(directory["a"], directory["b"])
            );
            await PromiseFile.Copy(directory["a"], directory["b"], overwrite: true);
            Assert.Equal("short", File.ReadAllText(directory["b"]));
            if (OperatingSystem.IsLinux())
                await Assert.ThrowsAsync<IOException>(() =>
                    PromiseFile.Copy(directory["a"], directory["a"], overwrite: true).AsTask()
                );
            Assert.Equal("short", File.ReadAllText(directory["a"]));
        });

    [Fact]
    public void Move_Delete_Exists() =>
        TempDirectory.RunOnEach(async directory =>
        {
            var (a, b) = (directory.File("a", "a"), directory.File("b", "b"));
            await PromiseFile.Move(a, b);
            Assert.Equal("a", await PromiseFile.ReadAllText(b));
            Assert.False(await PromiseFile.Exists(a));
            Assert.True(await PromiseFile.Exists(b));
            Assert.True(await PromiseFile.Exists(directory.Path));
            Assert.False(await PromiseDirectory.Exists(b));
            Assert.True(await PromiseDirectory.Exists(directory.Path));
            await PromiseFile.Delete(b);
            await TempDirectory.FailsAs("ENOENT", "unlink", b, () => PromiseFile.Delete(b));
            await TempDirectory.FailsAs("ENOENT", "rename", b, () => PromiseFile.Move(b, a));
            File.CreateSymbolicLink(directory["dangling"], directory["nowhere"]);
            Assert.False(await PromiseFile.Exists(directory["dangling"]));
            await PromiseFile.Delete(directory["dangling"]);
        });

    [Fact]
    public void Enumerate_TellsEachEntryOnce_AndItsKind() =>
        TempDirectory.RunOnEach(async directory =>
        {
            for (var i = 0; i < 1000; i++)
                directory.File($"{i}", "");
            Directory.CreateDirectory(directory["sub"]);
            var entries = await PromiseDirectory.Enumerate(directory.Path).ToList();
            Assert.Equal(1001, entries.Select(entry => entry.Name).Distinct().Count());
            Assert.Equal(1001, entries.Count);
            Assert.Equal("sub", Assert.Single(entries, entry => entry.Kind == FileKind.Directory).Name);
            Assert.Equal(directory["7"], Assert.Single(entries, entry => entry.Name == "7").Path);
            await TempDirectory.FailsAs(
                "ENOENT",
                "opendir",
                directory["no"],
                () => PromiseDirectory.Enumerate(directory["no"]).ToList()
            );
        });

    [Fact]
    public void Directories_AreMadeWithThoseAbove_AndDeletedWithAllThatIsIn() =>
        TempDirectory.RunOnEach(async directory =>
        {
            await PromiseDirectory.Create(directory["a/b/c"]);
            await PromiseDirectory.Create(directory["a/b/c"]);
            Assert.True(Directory.Exists(directory["a/b/c"]));
            var outside = directory.File("outside", "kept");
            File.CreateSymbolicLink(directory["a/b/link"], outside);
            Directory.CreateSymbolicLink(directory["a/up"], directory.Path);
            directory.File("a/b/c/file", "gone");
            await TempDirectory.FailsAs(
                "ENOTEMPTY",
                "rmdir",
                directory["a"],
                () => PromiseDirectory.Delete(directory["a"])
            );
            await PromiseDirectory.Delete(directory["a"], recursive: true);
            Assert.Equal(["outside"], Directory.GetFileSystemEntries(directory.Path).Select(Path.GetFileName));
            Assert.Equal("kept", File.ReadAllText(outside));
            await TempDirectory.FailsAs(
                "EEXIST",
                "mkdir",
                Path.Combine(outside),
                () => PromiseDirectory.Create(outside)
            );
        });
}
