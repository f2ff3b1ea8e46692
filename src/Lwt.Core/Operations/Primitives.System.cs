using System.Runtime.InteropServices;

namespace Lwt.Core.CompilerServices;

// What F#'s Lwt_unix has of the system beyond files and sockets.
public static partial class Primitives
{
    /// <summary>How many handlers of signals a loop has. F# calls it for <c>Lwt_unix.signal_count</c>.</summary>
    public static int SignalHandlerCount(EventLoop loop)
    {
        ArgumentNullException.ThrowIfNull(loop);
        return loop.SignalHandlerCount;
    }

    /// <summary>Tells the system anew of a loop's handlers of a signal, if it has any.</summary>
    public static void ReinstallSignalHandlers(EventLoop loop, PosixSignal signal)
    {
        ArgumentNullException.ThrowIfNull(loop);
        loop.ReinstallSignalHandlers(signal);
    }

    /// <summary>The user with a name, null if there is none. It blocks.</summary>
    public static UserEntry? FindUser(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return UserDatabase.User(name);
    }

    /// <summary>The user with a number, null if there is none. It blocks.</summary>
    public static UserEntry? FindUser(int id) => UserDatabase.User(id);

    /// <summary>The group with a name, null if there is none. It blocks.</summary>
    public static GroupEntry? FindGroup(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return UserDatabase.Group(name);
    }

    /// <summary>The group with a number, null if there is none. It blocks.</summary>
    public static GroupEntry? FindGroup(int id) => UserDatabase.Group(id);

    /// <summary>The name by which somebody has logged in at the terminal of this process. It blocks.</summary>
    public static string LoginName() => UserDatabase.Login();

    /// <summary>Whether a port is a terminal.</summary>
    public static bool IsTerminal(Port port)
    {
        ArgumentNullException.ThrowIfNull(port);
        return Terminal.IsOne(port);
    }

    /// <summary>The settings of a terminal, as Linux keeps them: four flags, a byte, and the characters.</summary>
    public static byte[] GetTerminal(Port port)
    {
        ArgumentNullException.ThrowIfNull(port);
        return Terminal.Get(port);
    }

    /// <summary>Replaces the settings of a terminal, on a thread of the loop's pool.</summary>
    /// <param name="port">The terminal.</param>
    /// <param name="when">At once (0), after what was written (1), or so and without what was typed (2).</param>
    /// <param name="settings">As <see cref="GetTerminal"/> returns them.</param>
    public static Promise<int> SetTerminal(Port port, int when, byte[] settings)
    {
        ArgumentNullException.ThrowIfNull(port);
        ArgumentNullException.ThrowIfNull(settings);
        return OnTerminal(port, "tcsetattr", () => Terminal.Set(port, when, settings));
    }

    /// <summary>
    /// Sends a break for so many milliseconds, or the usual time; zero or less is that. F# calls it for
    /// <c>Lwt_unix.tcsendbreak</c>.
    /// </summary>
    public static Promise<int> SendBreak(Port port, int milliseconds)
    {
        ArgumentNullException.ThrowIfNull(port);
        const string call = "tcsendbreak";
        return OnTerminal(
            port,
            call,
            () =>
                milliseconds <= 0
                    ? Terminal.Do(port, call, Libc.TerminalBreak, 0)
                    // In tenths of a second.
                    : Terminal.Do(port, call, Libc.TerminalLongBreak, ((milliseconds - 1) / 100) + 1)
        );
    }

    /// <summary>Waits until a terminal has sent what was written.</summary>
    public static Promise<int> DrainTerminal(Port port)
    {
        ArgumentNullException.ThrowIfNull(port);
        return OnTerminal(port, "tcdrain", () => Terminal.Do(port, "tcdrain", Libc.TerminalBreak, 1));
    }

    /// <summary>Drops what was typed and not read (0), what was written and not sent (1), or both (2).</summary>
    public static Promise<int> FlushTerminal(Port port, int which)
    {
        ArgumentNullException.ThrowIfNull(port);
        return OnTerminal(port, "tcflush", () => Terminal.Do(port, "tcflush", Libc.TerminalFlush, which));
    }

    /// <summary>Stops output (0), lets it go on (1), or asks the other side to stop sending (2), and to go on (3).</summary>
    public static Promise<int> FlowTerminal(Port port, int action)
    {
        ArgumentNullException.ThrowIfNull(port);
        return OnTerminal(port, "tcflow", () => Terminal.Do(port, "tcflow", Libc.TerminalFlow, action));
    }

    /// <summary>The processor that this thread runs on. Linux.</summary>
    public static int CurrentProcessor() => Libc.GetProcessor();

    /// <summary>The processors that a process may run on; zero is this thread. Linux.</summary>
    public static int[] GetAffinity(int process) => Processors.Allowed(process);

    /// <summary>Sets the processors that a process may run on; zero is this thread. Linux.</summary>
    public static void SetAffinity(int process, IEnumerable<int> processors)
    {
        ArgumentNullException.ThrowIfNull(processors);
        Processors.Allow(process, processors);
    }

    private static Promise<int> OnTerminal(Port port, string call, Func<Func<int>> prepare)
    {
        try
        {
            var work = prepare();
            return Detach(EventLoop.Current.Workers, $"{call} of {port.Description}", work);
        }
        catch (IOException e)
        {
            return new(e);
        }
        catch (PortClosedException e)
        {
            return new(e);
        }
    }
}
