namespace Lwt.Core.CompilerServices;

public static partial class Primitives
{
    /// <summary>Starts a process. The fronts call it for those of <c>Lwt_process</c>.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments, the name by which it is called first.</param>
    /// <param name="environment">Its whole environment, entries such as A=1; null for that of this process.</param>
    /// <param name="directory">Where it starts; null for where this process is.</param>
    /// <param name="timeout">When it is killed; null for never.</param>
    /// <param name="input">Where it reads from.</param>
    /// <param name="output">Where it writes to.</param>
    /// <param name="error">Where it writes errors to.</param>
    public static PromiseProcess StartProcess(
        string program,
        string[] arguments,
        string[]? environment,
        string? directory,
        TimeSpan? timeout,
        ProcessRedirection input,
        ProcessRedirection output,
        ProcessRedirection error
    ) =>
        PromiseProcess.Start(
            new ProcessOptions(program)
            {
                Arguments = arguments,
                EnvironmentEntries = environment,
                WorkingDirectory = directory,
                Timeout = timeout,
                Input = input,
                Output = output,
                Error = error,
            }
        );
}
