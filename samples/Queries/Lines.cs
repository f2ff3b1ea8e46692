using Lwt.Core;

namespace Lwt.Samples.Queries;

/// <summary>Ten lines that come one at a time, each after a random delay; then null.</summary>
internal sealed class Lines
{
    private static readonly TimeSpan s_most = TimeSpan.FromMilliseconds(20);

    private readonly Random _random = new(10);
    private int _made;

    internal Promise<string?> Next()
    {
        var line = _made < 10 ? $"line {++_made}" : null;
        return Promise.Sleep(s_most * _random.NextDouble()).Map(() => line);
    }
}
