using System.Runtime.InteropServices;

namespace Lwt.Core;

public abstract partial class Promise
{
    /// <summary>
    /// Returns a cancelable promise for the next of these signals that the process receives. While it waits, the signals do
    /// not do what they do by default, such as ending the process. Callbacks run on the loop, in the iteration after the signal.
    /// </summary>
    /// <param name="signals">
    /// Which ones, at least one: also numbers of the system's, such as <c>(PosixSignal)10</c> for SIGUSR1 on Linux.
    /// </param>
    /// <remarks>
    /// Once it is resolved or cancelled, the next signal does what it does by default: a second Ctrl-C ends the process. Use
    /// <see cref="EventLoop.OnSignal"/> for one that comes again and again.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// There are no signals, or one that cannot be handled (SIGKILL, SIGSTOP, SIGPIPE, those of faults) or does not exist.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">The system has no such signal.</exception>
    /// <example>
    /// <code>
    /// var signal = await Promise.NextSignal(PosixSignal.SIGINT, PosixSignal.SIGTERM);
    /// log.Add($"ends by {signal}");
    /// await server.Stop();
    /// </code>
    /// </example>
    public static Promise<PosixSignal> NextSignal(params ReadOnlySpan<PosixSignal> signals) =>
        signals.IsEmpty
            ? throw new ArgumentException(
                "Promise.NextSignal of no signals would be pending for ever. Pass at least one signal."
            )
            : SignalWait.Of(signals);
}
