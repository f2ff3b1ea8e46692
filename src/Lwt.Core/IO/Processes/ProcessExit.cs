namespace Lwt.Core;

/// <summary>How a process has ended. OCaml: <c>Unix.process_status</c>.</summary>
/// <param name="ExitCode">What it has exited with; null if a signal has killed it.</param>
/// <param name="Signal">The number of the signal that has killed it; null if it has exited.</param>
public readonly record struct ProcessExit(int? ExitCode, int? Signal)
{
    /// <summary>Whether it has exited with 0.</summary>
    public bool IsSuccess => ExitCode == 0;

    /// <inheritdoc/>
    public override string ToString() => Signal is { } signal ? $"killed by signal {signal}" : $"exit code {ExitCode}";
}
