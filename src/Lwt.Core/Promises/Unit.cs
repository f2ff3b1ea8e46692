namespace Lwt.Core;

/// <summary>
/// The value of a promise without a value, for query syntax: <c>from _ in Promise.Pause()</c>. F# programs use their
/// own <c>unit</c>.
/// </summary>
public readonly record struct Unit;
