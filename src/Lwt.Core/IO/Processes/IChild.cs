namespace Lwt.Core;

/// <summary>A child process as one kind of system has it.</summary>
internal interface IChild
{
    /// <summary>Its number.</summary>
    int Id { get; }

    /// <summary>Null if the redirection is no pipe.</summary>
    OutputChannel? Input { get; }

    /// <inheritdoc cref="Input"/>
    InputChannel? Output { get; }

    /// <inheritdoc cref="Input"/>
    InputChannel? Error { get; }

    /// <summary>Waits for its end, once.</summary>
    Promise<(ProcessExit Exit, ProcessUsage Usage)> End();

    /// <summary>Sends a signal to the child, or to all of its group. Called before its end is known only.</summary>
    void Signal(int signal, bool toGroup);
}
