namespace Lwt.Core;

/// <summary>Reads what Linux's statx has written.</summary>
internal static unsafe class StatusReader
{
    internal const int Size = 256;

    private const int ModeBits = 12;

    internal static FileStatus Read(byte* status)
    {
        var mode = *(ushort*)(status + 28);
        return new()
        {
            Kind = FileKinds.OfBits(mode >> ModeBits),
            Permissions = (UnixFileMode)(mode & ((1 << ModeBits) - 1)),
            LinkCount = *(uint*)(status + 16),
            User = *(int*)(status + 20),
            Group = *(int*)(status + 24),
            Node = *(long*)(status + 32),
            Length = *(long*)(status + 40),
            LastAccess = Time(status + 64),
            LastChange = Time(status + 96),
            LastWrite = Time(status + 112),
            DeviceNumber = Device(status + 128),
            Device = Device(status + 136),
        };
    }

    private static DateTimeOffset Time(byte* time)
    {
        var seconds = Math.Clamp(
            *(long*)time,
            DateTimeOffset.MinValue.ToUnixTimeSeconds(),
            DateTimeOffset.MaxValue.ToUnixTimeSeconds()
        );
        return DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(*(uint*)(time + 8) / TimeSpan.NanosecondsPerTick);
    }

    // Both numbers in one, as stat has them.
    private static long Device(byte* numbers)
    {
        var (major, minor) = (*(uint*)numbers, *(uint*)(numbers + 4));
        return ((long)(major & 0xFFFFF000) << 32)
            | ((major & 0xFFF) << 8)
            | ((long)(minor & 0xFFFFFF00) << 12)
            | (minor & 0xFF);
    }
}
