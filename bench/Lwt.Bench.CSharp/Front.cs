namespace Lwt.Bench;

/// <summary>
/// One way to write the workloads: a face of Lwt.Net, or a peer among .NET's own. Which workloads there are, and what
/// each means, stands in docs/performance.md.
/// </summary>
/// <param name="Name">As given on the command line.</param>
/// <param name="Hold">
/// For pending_memory: fills the array with pending promises, each a continuation with a closure over its index, of one
/// pending promise, and gives what keeps that one alive. Null where there is no such thing.
/// </param>
/// <param name="Workloads">The names, and what runs n operations.</param>
public sealed record Front(string Name, Func<object[], object>? Hold, (string Name, Action<int> Run)[] Workloads);
