using System.Runtime.CompilerServices;

namespace Lwt.Core.Tests;

public class MappedFileTests
{
    [Fact]
    public void Map_Shared_WritesTheFile_AndPrivate_DoesNot() =>
        WithFile(
            10,
            path =>
            {
                using var file = File.OpenHandle(path, access: FileAccess.ReadWrite);
                using (var shared = Open(MappedFile.Map(file)))
                using (var own = Open(MappedFile.Map(file, shared: false)))
                {
                    own.Mapped.GetSpan()[0] = 1;
                    shared.Mapped.GetSpan()[1] = 2;
                    Assert.Equal(10, shared.Mapped.Length);
                }
                Assert.Equal(new byte[] { 0, 2 }, File.ReadAllBytes(path)[..2]);
            }
        );

    [Fact]
    public void Memory_AfterDispose_IsAnError_ThatOutlivesNothing() =>
        WithFile(
            10,
            path =>
            {
                using var file = File.OpenHandle(path);
                var mapped = MappedFile.Map(file, shared: false);
                var memory = mapped.Memory;
                ((IDisposable)mapped).Dispose();
                ((IDisposable)mapped).Dispose();
                Assert.Throws<ObjectDisposedException>(() => memory.Span[0]);
                Assert.Throws<ObjectDisposedException>(() => memory.Pin());
            }
        );

    [Fact]
    public void Memory_Dropped_IsUnmapped_WithTheCollector() =>
        WithFile(
            4096,
            path =>
            {
                Drop(path);
                GC.Collect();
                GC.WaitForPendingFinalizers();
                GC.Collect();
                GC.WaitForPendingFinalizers();
                if (OperatingSystem.IsLinux())
                    Assert.DoesNotContain(path, File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
            }
        );

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(string path)
    {
        using var file = File.OpenHandle(path);
        var memory = MappedFile.Map(file, shared: false).Memory;
        if (OperatingSystem.IsLinux())
            Assert.Contains(path, File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
        GC.KeepAlive(memory.Pin());
    }

    [Fact]
    public void Advise_NotAPagesStart_IsEINVAL() =>
        WithFile(
            10_000,
            path =>
            {
                if (!OperatingSystem.IsLinux())
                    return;
                using var file = File.OpenHandle(path);
                using var open = Open(MappedFile.Map(file, shared: false));
                open.Mapped.Advise(0, 10_000, MappedFileAdvice.Sequential);
                var error = Assert.Throws<PromiseIOException>(() =>
                    open.Mapped.Advise(1, 100, MappedFileAdvice.Sequential)
                );
                Assert.Equal(("EINVAL", "madvise"), (error.ErrorName, error.Call));
                Assert.Throws<ArgumentOutOfRangeException>(() => open.Mapped.Advise(1, 10_000, default));
            }
        );

    [Fact]
    public void WaitUntilResident_ReadsThePage() =>
        WithFile(
            20_000,
            path =>
            {
                using var file = File.OpenHandle(path);
                using var open = Open(MappedFile.Map(file, shared: false));
                EventLoop.Run(async () => await open.Mapped.WaitUntilResident(19_999));
                Assert.Throws<ArgumentOutOfRangeException>(() => open.Mapped.WaitUntilResident(20_000));
                var pages = new bool[1];
                open.Mapped.AreResident(4 * Environment.SystemPageSize, pages);
                Assert.True(pages[0]);
                Assert.Throws<ArgumentOutOfRangeException>(() => open.Mapped.AreResident(1, pages));
            }
        );

    private static void WithFile(int length, Action<string> test)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, new byte[length]);
            test(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Disposer Open(MappedFile mapped) => new(mapped);

    /// <summary>A manager of memory is disposed of by its interface alone.</summary>
    private readonly record struct Disposer(MappedFile Mapped) : IDisposable
    {
        public void Dispose() => ((IDisposable)Mapped).Dispose();
    }
}
