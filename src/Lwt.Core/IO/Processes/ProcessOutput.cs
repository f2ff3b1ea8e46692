namespace Lwt.Core;

/// <summary>What a process has written, and how it has ended: of <see cref="PromiseProcess.Run(ProcessOptions, string)"/>.</summary>
public sealed record ProcessOutput
{
    internal ProcessOutput(ProcessExit exit, string output, string error) =>
        (Exit, Output, Error) = (exit, output, error);

    /// <summary>How it has ended.</summary>
    public ProcessExit Exit { get; }

    /// <summary>What it wrote to its standard output; empty if that was not a pipe.</summary>
    public string Output { get; }

    /// <summary>What it wrote to its standard error; empty if that was not a pipe.</summary>
    public string Error { get; }
}
