using Lwt.Core;

namespace Lwt.Bench;

/// <summary>Async methods for the microbenchmarks.</summary>
public static class AsyncMethods
{
    /// <summary>Awaits a promise.</summary>
    public static async Promise<int> AddOne(Promise<int> promise) => await promise + 1;

    /// <summary>Awaits a task.</summary>
    public static async Task<int> AddOne(Task<int> task) => await task + 1;
}
