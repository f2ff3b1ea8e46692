namespace Lwt.Bench;

/// <summary>What catch_pending rejects with.</summary>
public sealed class ExpectedException : Exception;
