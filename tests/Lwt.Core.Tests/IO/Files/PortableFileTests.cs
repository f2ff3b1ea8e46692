using System.Text;
using Lwt.Core.CompilerServices;
using static Lwt.Core.Tests.FilePortTests;

namespace Lwt.Core.Tests;

/// <summary>Files by what .NET has on all systems: as they are where the system is not Linux.</summary>
public class PortableFileTests
{
    [Fact]
    public void Port_ReadsWritesAndSeeks() =>
        TempDirectory.Run(async directory =>
        {
            using var port = TestFiles.Open(directory["a"], portable: true);
            Assert.Equal(13, await port.Write(Bytes("one two three")));
            Assert.Equal(4, await port.Seek(4, SeekOrigin.Begin));
            Assert.Equal("two", await Text(port, 3));
            Assert.Equal(8, await port.Seek(1, SeekOrigin.Current));
            Assert.Equal(3, await port.WriteAt(Bytes("ONE"), 0));
            Assert.Equal("three", await Text(port, 100));
            Assert.Equal(0, await port.Read(new byte[10]));
            Assert.Equal(13, await port.Seek(0, SeekOrigin.End));
            ReadOnlyMemory<byte>[] two = [Bytes(" fo"), Bytes("ur")];
            Assert.Equal(5, await port.Write(two));
            var (a, b) = (new byte[4], new byte[100]);
            Memory<byte>[] into = [a, b];
            Assert.Equal(18, await port.ReadAt(into, 0));
            Assert.Equal("ONE two three four", Encoding.UTF8.GetString([.. a, .. b[..14]]));
            Assert.Equal("EINVAL", (await TempDirectory.Fails(() => port.Seek(-100, SeekOrigin.Current))).ErrorName);
            Assert.Throws<PlatformNotSupportedException>(() => TestFiles.Call("Link", true, "a", "b"));
        });

    [Fact]
    public void Append_GoesToTheEnd() =>
        TempDirectory.Run(async directory =>
        {
            var path = directory.File("a", "there ");
            using var port = TestFiles.Open(path, FileOpening.Write | FileOpening.Append, portable: true);
            await port.Write(Bytes("and "));
            File.AppendAllText(path, "then ");
            await port.Write(Bytes("more"));
            Assert.Equal("there and then more", File.ReadAllText(path));
        });

    [Fact]
    public void Open_TellsTheSystemsErrors() =>
        TempDirectory.Run(async directory =>
        {
            var path = directory.File("a", "");
            Fails("ENOENT", "open", "Open", directory["no"], FileOpening.Read, 0);
            Fails(
                "EEXIST",
                "open",
                "Open",
                path,
                FileOpening.Write | FileOpening.Create | FileOpening.Exclusive,
                0x180
            );
            Fails("EISDIR", "open", "Open", directory.Path, FileOpening.Write, 0);
            Fails("ENOENT", "unlink", "Unlink", directory["no"]);
            Fails("ENOENT", "rmdir", "RemoveDirectory", directory["no"]);
            Fails("ENOTEMPTY", "rmdir", "RemoveDirectory", directory.Path);
            Fails("EEXIST", "mkdir", "MakeDirectory", path, 0x1FF);
            Fails("ENOENT", "mkdir", "MakeDirectory", directory["no/no"], 0x1FF);
            Fails("ENOENT", "rename", "Rename", directory["no"], path);
            Fails("EINVAL", "readlink", "ReadLink", path);
            Fails("ENOENT", "stat", "Status", directory["no"], true);
            Fails("ENOENT", "access", "CheckAccess", directory["no"], 0);
            Fails("ENOENT", "opendir", "OpenDirectory", directory["no"]);
            using var full = TestFiles.Open(path, FileOpening.Read, portable: true);
            Assert.Equal("write", (await TempDirectory.Fails(() => full.Write(Bytes("a")))).Call);
        });

    [Fact]
    public void Calls_ByName() =>
        TempDirectory.Run(async directory =>
        {
            var path = directory.File("a", "12345");
            TestFiles.Call("SetLength", true, path, 3L);
            var status = (FileStatus)TestFiles.Call("Status", true, path, true)!;
            Assert.Equal((FileKind.Regular, 3L), (status.Kind, status.Length));
            TestFiles.Call("SetTimes", true, path, 1.0, 2.5);
            Assert.Equal(
                DateTimeOffset.UnixEpoch.AddSeconds(2.5),
                ((FileStatus)TestFiles.Call("Status", true, path, false)!).LastWrite
            );
            TestFiles.Call("MakeDirectory", true, directory["sub"], 0x1C0);
            TestFiles.Call("Rename", true, path, directory["b"]);
            TestFiles.Call("Rename", true, directory["sub"], directory["sub2"]);
            TestFiles.Call("SymbolicLink", true, "b", directory["link"], null);
            Assert.Equal("b", TestFiles.Call("ReadLink", true, directory["link"]));
            Assert.Equal(
                FileKind.SymbolicLink,
                ((FileStatus)TestFiles.Call("Status", true, directory["link"], false)!).Kind
            );
            Assert.Equal(3, ((FileStatus)TestFiles.Call("Status", true, directory["link"], true)!).Length);
            TestFiles.Call("Unlink", true, directory["link"]);
            TestFiles.Call("CheckAccess", true, directory["b"], 6);
            TestFiles.Call("DeleteTree", true, directory["sub2"]);
            Assert.Equal(["b"], Directory.GetFileSystemEntries(directory.Path).Select(Path.GetFileName));
            await Promise.Pause();
        });

    private static void Fails(string error, string call, string name, params object?[] arguments)
    {
        var e = Assert.Throws<PromiseIOException>(() => TestFiles.Call(name, true, arguments));
        Assert.Equal((error, call, arguments[0]), (e.ErrorName, e.Call, e.Argument));
    }

    private static async Promise<string> Text(Port port, int most)
    {
        var buffer = new byte[most];
        return Encoding.UTF8.GetString(buffer, 0, await port.Read(buffer));
    }
}
