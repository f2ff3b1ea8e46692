namespace Lwt.Core;

/// <summary>What a process has used. OCaml: <c>Lwt_unix.resource_usage</c>.</summary>
/// <param name="UserTime">The processor time of the process itself.</param>
/// <param name="SystemTime">The processor time of the system for it.</param>
public readonly record struct ProcessUsage(TimeSpan UserTime, TimeSpan SystemTime);
