namespace Lwt.Core.Tests.Examples;

/// <summary>What the examples work with.</summary>
internal static class World
{
    /// <summary>The virtual time that has passed on this thread's loop.</summary>
    internal static TimeSpan Elapsed => EventLoop.Current.Clock.GetElapsedTime(0);

    /// <summary>Loads a page in a second of virtual time, in a minute if its address says "slow"; fails if it says "down".</summary>
    internal static async Promise<string> Load(string address)
    {
        await Promise.Sleep(TimeSpan.FromSeconds(address.Contains("slow", StringComparison.Ordinal) ? 60 : 1));
        return address.Contains("down", StringComparison.Ordinal)
            ? throw new IOException($"{address} is down")
            : $"page of {address}";
    }
}

/// <summary>A connection that counts its queries.</summary>
internal sealed class Connection
{
    internal int Queries { get; private set; }

    internal bool IsClosed { get; private set; }

    internal static async Promise<Connection> Open()
    {
        await Promise.Sleep(TimeSpan.FromSeconds(1));
        return new();
    }

    internal async Promise<int> Query(string _)
    {
        await Promise.Sleep(TimeSpan.FromSeconds(1));
        return ++Queries;
    }

    internal async Promise Close()
    {
        await Promise.Pause();
        IsClosed = true;
    }
}
