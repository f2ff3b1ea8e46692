namespace Lwt.Core;

/// <summary>On which processors a thread may run, as Linux knows it.</summary>
internal static unsafe class Processors
{
    // Room for 8,192 processors, as many as Linux can be built for.
    private const int MostBytes = 1024;

    internal static int[] Allowed(int thread)
    {
        var bits = stackalloc byte[MostBytes];
        var bytes = Libc.GetAffinity(thread, bits, MostBytes);
        if (bytes < 0)
            throw new PromiseIOException(-bytes, "sched_getaffinity", "");
        return
        [
            .. Enumerable
                .Range(0, 8 * MostBytes)
                .Where(processor => (bits[processor / 8] & (1 << (processor % 8))) != 0),
        ];
    }

    internal static void Allow(int thread, IEnumerable<int> processors)
    {
        var bits = stackalloc byte[MostBytes];
        new Span<byte>(bits, MostBytes).Clear();
        foreach (var processor in processors)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(processor, nameof(processors));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(processor, 8 * MostBytes, nameof(processors));
            bits[processor / 8] |= (byte)(1 << (processor % 8));
        }
        var result = Libc.SetAffinity(thread, bits, MostBytes);
        if (result < 0)
            throw new PromiseIOException(-result, "sched_setaffinity", "");
    }
}
