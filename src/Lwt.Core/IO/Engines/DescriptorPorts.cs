using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lwt.Core;

/// <summary>
/// Opens sockets and pipes of Linux for an engine that tells when they are ready: <see cref="EpollEngine"/>, or one of your
/// own. The ports try each operation at once, and have the engine watch them only while an operation waits.
/// </summary>
/// <remarks>
/// An engine returns them as its <see cref="IEngine.Ports"/>, <see cref="Wait"/> as its <see cref="IEngine.Watches"/>, and
/// <see cref="AreReady"/> as its <see cref="IEngine.IsReady"/> if it has nothing to dispatch itself. Its
/// <see cref="IEngine.Dispatch"/> calls <see cref="BeginDispatch"/>, <see cref="ReadinessPort.Signal"/> for what was
/// collected, and <see cref="EndDispatch"/>; its Dispose calls <see cref="Close"/>. An exception out of a signal ends the run: the rest is for the next dispatch.
/// </remarks>
public sealed class DescriptorPorts : Ports
{
    private const int Unix = 1;
    private const int InterNetwork = 2;
    private const int InterNetworkV6 = 10;

    private readonly IReadiness _readiness;

    // That of the loop that opened the first; null before.
    private Driver? _driver;

    /// <summary>Makes those of an engine.</summary>
    /// <param name="readiness">The engine, which tells the ports what is ready.</param>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    public DescriptorPorts(IReadiness readiness)
    {
        ArgumentNullException.ThrowIfNull(readiness);
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException(
                "DescriptorPorts are those of Linux. Use a PortableEngine on other systems."
            );
        (_readiness, Turns) = (readiness, new(readiness));
    }

    /// <summary>Whether an operation waits: what <see cref="IEngine.Watches"/> tells.</summary>
    public bool Wait => Turns.Waiting > 0;

    /// <summary>Whether ports can go on without another poll: then <see cref="IEngine.IsReady"/> is true.</summary>
    public bool AreReady => Turns.Any;

    internal PortTurns Turns { get; private set; }

    /// <summary>Whether no port was opened, or all have moved to another engine.</summary>
    internal bool AreUnused => _driver is null;

    /// <summary>Begins a dispatch: the ports may do as much again as is theirs between two polls.</summary>
    /// <param name="events">How many signals there will be: a large number of them does not run out of its share.</param>
    public void BeginDispatch(int events) => Turns.Renew(events);

    /// <summary>Ends a dispatch, after the last signal: ports that had to stop in the last one go on.</summary>
    public void EndDispatch()
    {
        if (Turns.Any)
            Turns.Serve();
    }

    /// <summary>
    /// Closes all ports that are open; an engine calls it as it is disposed of. What waits stays pending, and no callback runs.
    /// </summary>
    public void Close() => Turns.Open.Abandon();

    /// <summary>Takes the ports of another engine over: what waits in them goes on here.</summary>
    internal void TakeOver(DescriptorPorts other)
    {
        var watched = other._readiness.Watched.ToArray();
        foreach (var port in watched)
            other._readiness.Forget(port);
        (Turns, other.Turns) = (other.Turns, new(other._readiness));
        (_driver, other._driver) = (other._driver, null);
        Turns.Readiness = _readiness;
        foreach (var port in watched)
        {
            if (port.Waits(writes: false))
                _readiness.Watch(port, writes: false);
            if (port.Waits(writes: true))
                _readiness.Watch(port, writes: true);
        }
    }

    /// <inheritdoc/>
    public override Port Socket(AddressFamily family, SocketType type, ProtocolType protocol)
    {
        var descriptor = Libc.Socket(Native(family), (int)type, Native(protocol));
        if (descriptor < 0)
            throw new PromiseSocketException(-descriptor, "socket", $"{family} {type}");
        return Make(descriptor, KindOf(type));
    }

    /// <inheritdoc/>
    public override (Port First, Port Second) SocketPair(SocketType type)
    {
        var result = Libc.SocketPair(Unix, (int)type, 0, out var first, out var second);
        if (result < 0)
            throw new PromiseSocketException(-result, "socketpair", $"{type}");
        var kind = KindOf(type);
        return (Make(first, kind), Make(second, kind));
    }

    /// <inheritdoc/>
    public override (Port Reader, Port Writer) Pipe()
    {
        var (reader, writer) = MakePipe();
        return (Make(reader, PortKind.Pipe), Make(writer, PortKind.Pipe));
    }

    /// <inheritdoc/>
    public override (Port Reader, SafeFileHandle Writer) PipeIn()
    {
        var (reader, writer) = MakePipe();
        return (Make(reader, PortKind.Pipe), Blocking(writer));
    }

    /// <inheritdoc/>
    public override (SafeFileHandle Reader, Port Writer) PipeOut()
    {
        var (reader, writer) = MakePipe();
        return (Blocking(reader), Make(writer, PortKind.Pipe));
    }

    /// <inheritdoc/>
    public override Port Of(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        var descriptor = Libc.Duplicate((int)socket.SafeHandle.DangerousGetHandle());
        if (descriptor < 0)
            throw new PromiseSocketException(-descriptor, "dup", $"{socket.SocketType}");
        _ = Libc.SetFlags(descriptor, Libc.GetFlags(descriptor) | Libc.NonBlocking);
        var port = Make(descriptor, KindOf(socket.SocketType));
        // A local socket of .NET removes the file of its address when it is disposed of: that waits until the port is closed.
        if (socket.AddressFamily == AddressFamily.Unix)
            port.Keep(socket);
        else
            socket.Dispose();
        return port;
    }

    /// <inheritdoc/>
    public override Port Watch(SafeHandle descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ObjectDisposedException.ThrowIf(descriptor.IsClosed, descriptor);
        // Of its own, for the system knows what is watched by its number.
        var own = Libc.Duplicate((int)descriptor.DangerousGetHandle());
        GC.KeepAlive(descriptor);
        if (own < 0)
            throw new PromiseIOException(-own, "dup", $"descriptor {descriptor.DangerousGetHandle()}");
        return new DescriptorPort(new DescriptorHandle(own), PortKind.Pipe, Turns, _driver ??= Driver.Current)
        {
            IsShared = true,
        };
    }

    internal override Port TryTake(SafeFileHandle descriptor, FileKind kind)
    {
        var number = (int)descriptor.DangerousGetHandle();
        _ = Libc.SetFlags(number, Libc.GetFlags(number) | Libc.NonBlocking);
        return new DescriptorPort(descriptor, KindOf(number, kind), Turns, _driver ??= Driver.Current)
        {
            IsShared = true,
        };
    }

    private static unsafe PortKind KindOf(int descriptor, FileKind kind)
    {
        if (kind != FileKind.Socket)
            return PortKind.Pipe;
        var type = 0;
        var size = sizeof(int);
        const int SoType = 3;
        _ = Libc.GetOption(descriptor, NativeOptions.SolSocket, SoType, (byte*)&type, &size);
        return KindOf((SocketType)type);
    }

    private static (int Reader, int Writer) MakePipe()
    {
        var result = Libc.Pipe(out var reader, out var writer);
        return result >= 0 ? (reader, writer) : throw new PromiseIOException(-result, "pipe", "");
    }

    private static SafeFileHandle Blocking(int descriptor)
    {
        _ = Libc.SetFlags(descriptor, Libc.GetFlags(descriptor) & ~Libc.NonBlocking);
        return new(descriptor, ownsHandle: true);
    }

    private DescriptorPort Make(int descriptor, PortKind kind) =>
        new(new DescriptorHandle(descriptor), kind, Turns, _driver ??= Driver.Current);

    private static int Native(AddressFamily family) =>
        family switch
        {
            AddressFamily.Unix => Unix,
            AddressFamily.InterNetwork => InterNetwork,
            AddressFamily.InterNetworkV6 => InterNetworkV6,
            _ => throw new PromiseSocketException(Errno.EAFNOSUPPORT, "socket", $"{family}"),
        };

    private static int Native(ProtocolType protocol) => protocol == ProtocolType.Unspecified ? 0 : (int)protocol;
}
