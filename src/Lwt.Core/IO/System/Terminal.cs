using System.Runtime.InteropServices;

namespace Lwt.Core;

/// <summary>What can be asked of a terminal, and done to it. Linux. Descriptors that are none are ENOTTY.</summary>
internal static unsafe class Terminal
{
    internal static bool IsOne(Port port)
    {
        CheckOpen(port, "isatty");
        return OperatingSystem.IsLinux()
            && port.Handle is { } handle
            && TryGet(handle, new byte[Libc.TerminalSize]) >= 0;
    }

    /// <summary>Its settings, as the kernel keeps them. It does not wait.</summary>
    internal static byte[] Get(Port port)
    {
        var settings = new byte[Libc.TerminalSize];
        var result = TryGet(Of(port, "tcgetattr"), settings);
        return result >= 0 ? settings : throw new PromiseIOException(-result, "tcgetattr", "");
    }

    private static int TryGet(SafeHandle handle, byte[] settings)
    {
        fixed (byte* start = settings)
        {
            var at = (nint)start;
            return Use(handle, descriptor => Libc.Control(descriptor, Libc.TerminalGet, at));
        }
    }

    /// <summary>
    /// A call that replaces the settings: at once (0), after what was written (1), or so and without what was typed (2).
    /// </summary>
    internal static Func<int> Set(Port port, int when, byte[] settings)
    {
        var handle = Of(port, "tcsetattr");
        return () =>
        {
            fixed (byte* start = settings)
            {
                var at = (nint)start;
                return Checked(
                    Use(handle, descriptor => Libc.Control(descriptor, Libc.TerminalSet + when, at)),
                    "tcsetattr"
                );
            }
        };
    }

    /// <summary>A call that does something else.</summary>
    internal static Func<int> Do(Port port, string call, int request, int argument)
    {
        var handle = Of(port, call);
        return () => Checked(Use(handle, descriptor => Libc.Control(descriptor, request, argument)), call);
    }

    private static SafeHandle Of(Port port, string call)
    {
        CheckOpen(port, call);
        return OperatingSystem.IsLinux() && port.Handle is { } handle
            ? handle
            : throw new PromiseIOException(Errno.ENOTTY, call, port.Description);
    }

    private static void CheckOpen(Port port, string call)
    {
        if (port.IsClosed)
            throw new PortClosedException(call, port.Description);
    }

    private static int Checked(int result, string call) =>
        result >= 0 ? result : throw new PromiseIOException(-result, call, "");

    /// <summary>Keeps a descriptor from being closed during a call, on whatever thread.</summary>
    private static int Use(SafeHandle handle, Func<int, int> call)
    {
        var added = false;
        try
        {
            handle.DangerousAddRef(ref added);
            return call((int)handle.DangerousGetHandle());
        }
        catch (ObjectDisposedException)
        {
            return -Errno.EBADF;
        }
        finally
        {
            if (added)
                handle.DangerousRelease();
        }
    }
}
