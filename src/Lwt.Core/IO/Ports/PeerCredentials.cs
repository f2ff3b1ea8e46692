namespace Lwt.Core;

/// <summary>Who is at the other end of a local socket: see <see cref="Port.PeerCredentials"/>.</summary>
/// <param name="ProcessId">The number of the process.</param>
/// <param name="UserId">The number of its user.</param>
/// <param name="GroupId">The number of its group.</param>
public readonly record struct PeerCredentials(int ProcessId, int UserId, int GroupId);
