namespace Lwt.Bench;

/// <summary>
/// One way to write the workloads: with a front of Lwt.Net, or with a peer of .NET's own. docs/performance.md lists the
/// workloads and says what each does.
/// </summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Hold">
/// For pending_memory: fills the array with continuations of one pending promise, each with a closure over its index,
/// and returns an object that keeps that promise alive. Null for a front that has no such promise.
/// </param>
/// <param name="Workloads">The name of each, and a function that runs n operations.</param>
public sealed record Front(string Name, Func<object[], object>? Hold, (string Name, Action<int> Run)[] Workloads);
