using System.Runtime.InteropServices;

namespace Lwt.Core;

/// <summary>
/// The engine of Linux: it waits for descriptors by epoll, for time and for posts, in one system call a turn of the loop.
/// </summary>
/// <remarks>
/// <para>
/// Each descriptor is registered once, edge-triggered, for both directions, when an operation on it first has to wait; the
/// port keeps in user space what may be tried. Until the first one is opened, it waits as <see cref="PortableEngine"/> does,
/// and has no descriptors of its own: most loops do no I/O.
/// </para>
/// <para>
/// Invariants: events from <c>_next</c> up to <c>_count</c> are collected and not dispatched, and nothing is polled before
/// they are, so that none is lost and none is told twice, whatever a callback throws. A slot's generation grows when its port
/// is forgotten: events of before are for nobody.
/// </para>
/// </remarks>
public sealed unsafe class EpollEngine : IEngine, IReadiness
{
    private const int Room = 512;
    private const int LooksForWakeup = 20;
    private const ulong WakeupEvent = ulong.MaxValue;

    // Until there are descriptors to watch.
    private readonly PortableEngine _idle = new();
    private readonly Lock _opening = new();

    // Null until the first port is opened; then for good.
    private volatile Descriptors? _open;
    private readonly DescriptorPorts _ports;

    private WakeupState _wakeup;
    private int _count;
    private int _next;

    private Slot[] _slots = new Slot[16];
    private int _used;
    private readonly Stack<int> _free = new();

    private readonly Spin _spin;

    /// <summary>Makes an engine.</summary>
    /// <param name="spin">
    /// How long it looks for events before it lets the processor go, while looking pays: a halted virtual processor takes
    /// some 50 us to come back. 50 us when null; zero never looks.
    /// </param>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux, or refuses epoll.</exception>
    public EpollEngine(TimeSpan? spin = null)
    {
        if (WhyNot() is { } reason)
            throw new PlatformNotSupportedException(
                $"EpollEngine cannot be used here: {reason}. Use a PortableEngine."
            );
        _ports = new(this);
        _spin = new Spin(spin ?? TimeSpan.FromMicroseconds(50));
    }

    /// <inheritdoc/>
    public TimeProvider Clock => TimeProvider.System;

    /// <inheritdoc/>
    public bool Watches => Turns.Waiting > 0;

    /// <inheritdoc/>
    public bool IsReady => Turns.Any || _next < _count;

    /// <inheritdoc/>
    public Ports Ports => _ports;

    private PortTurns Turns => _ports.Turns;

    /// <summary>Why it cannot be used on this machine; null if it can.</summary>
    internal static string? WhyNot()
    {
        if (!OperatingSystem.IsLinux())
            return "the system is not Linux";
        if (RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
            return $"the processor is {RuntimeInformation.ProcessArchitecture}, not x64 or arm64";
        return s_refused.Value;
    }

    private static readonly Lazy<string?> s_refused = new(() =>
    {
        try
        {
            var epoll = Libc.EpollCreate();
            if (epoll < 0)
                return $"the system refuses epoll ({Errno.Name(-epoll)})";
            _ = Libc.Close(epoll);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return $"the system's library has no epoll ({e.Message})";
        }
    });

    /// <inheritdoc/>
    public void Poll(TimeSpan? timeout)
    {
        if (_next < _count)
            return;
        if (_open is not { } open)
        {
            _idle.Poll(timeout);
            // A port may have been opened by another thread's post, which has woken this wait.
            return;
        }
        _count = timeout is { } time && time <= TimeSpan.Zero ? Look(open) : Wait(open, timeout);
        _next = 0;
    }

    /// <inheritdoc/>
    public void Dispatch()
    {
        Turns.Renew(_count - _next);
        if (_next < _count)
            Dispatch(_open!);
        if (Turns.Any)
            Turns.Serve();
    }

    /// <inheritdoc/>
    public void Wake()
    {
        if (_open is not { } open)
        {
            _idle.Wake();
            // Opened meanwhile: that wait is not the one under way any more.
            if (_open is null)
                return;
            open = _open;
        }
        if (_wakeup.Wake())
            _ = Libc.EventSignal(open.Event);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ports.Close();
        lock (_opening)
            _open?.Dispose();
        _idle.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => "epoll";

    IEnumerable<ReadinessPort> IReadiness.Watched =>
        _slots.Take(_used).Select(slot => slot.Port).OfType<ReadinessPort>();

    void IReadiness.Watch(ReadinessPort port, bool writes)
    {
        // Both directions, once and for all.
        if (((DescriptorPort)port).Place < 0)
            Register((DescriptorPort)port);
    }

    private void Register(DescriptorPort port)
    {
        const int events = Libc.Readable | Libc.Writable | Libc.PeerHungUp | Libc.EdgeTriggered;
        var open = Open();
        var place = _free.TryPop(out var free) ? free : _used++;
        if (place == _slots.Length)
            Array.Resize(ref _slots, 2 * place);
        ref var slot = ref _slots[place];
        (slot.Port, port.Place) = (port, place);
        var result = Libc.EpollAdd(open.Epoll, port.Descriptor, events, ((ulong)slot.Generation << 32) | (uint)place);
        if (result >= 0)
            return;
        ((IReadiness)this).Forget(port);
        throw port.Error(-result, "epoll_ctl");
    }

    void IReadiness.Forget(ReadinessPort port)
    {
        var registered = (DescriptorPort)port;
        if (registered.Place < 0)
            return;
        // Closing the descriptor takes it out of epoll, unless something else has it open, or it only moves to another engine.
        // Where it lives on unknown to us, as a child's, an edge of it is told once, to nobody.
        if (registered.IsShared || !port.IsClosed)
            _ = Libc.EpollRemove(_open!.Epoll, port.Descriptor);
        ref var slot = ref _slots[registered.Place];
        slot.Port = null;
        slot.Generation++;
        _free.Push(registered.Place);
        registered.Place = -1;
    }

    private Descriptors Open()
    {
        if (_open is { } open)
            return open;
        lock (_opening)
            _open ??= new Descriptors();
        // Whoever does not see it now has its post seen by the loop before the next wait.
        Interlocked.MemoryBarrier();
        return _open;
    }

    /// <summary>Looks for events without waiting; a wakeup stays for the next wait.</summary>
    private static int Look(Descriptors open) => Collected(Libc.EpollWait(open.Epoll, open.Events, Room, 0));

    private int Wait(Descriptors open, TimeSpan? timeout)
    {
        var count = 0;
        if (_spin.Pays)
        {
            var end = _spin.Begin(timeout);
            // Whoever is to wake it may need this very processor.
            while ((count = Look(open)) == 0 && !IsWokenSoon() && !Spin.IsOver(end))
                Thread.Yield();
            _spin.Ended(count > 0 || _wakeup.IsWoken);
        }
        if (count == 0 && _wakeup.BeginWait())
        {
            var begun = _spin.BeginWait();
            count = Collected(open.Wait(timeout, Room));
            _spin.EndedWait(begun);
        }
        _ = _wakeup.EndWait();
        return count;
    }

    /// <summary>Looks for a wakeup for about as long as a look for events takes: it costs no system call.</summary>
    private bool IsWokenSoon()
    {
        for (var look = 0; look < LooksForWakeup && !_wakeup.IsWoken; look++)
            Thread.SpinWait(1);
        return _wakeup.IsWoken;
    }

    private static int Collected(int result) =>
        result >= 0 ? result : throw new PromiseIOException(-result, "epoll_wait", "");

    private void Dispatch(Descriptors open)
    {
        while (_next < _count)
        {
            var e = open.Events + (_next++ * Libc.EventSize);
            var data = System.Runtime.CompilerServices.Unsafe.ReadUnaligned<ulong>(e + Libc.EventData);
            if (data == WakeupEvent)
                continue;
            ref var slot = ref _slots[(int)(uint)data];
            if (slot.Port is not { } port || slot.Generation != (uint)(data >> 32))
                continue;
            var events = *(int*)e;
            port.Signal(
                reads: (events & Libc.Readable) != 0,
                writes: (events & Libc.Writable) != 0,
                hungUp: (events & (Libc.PeerHungUp | Libc.HungUp | Libc.Failed)) != 0
            );
        }
    }

    /// <summary>A place for a port; its number and generation are what epoll keeps for the descriptor.</summary>
    private struct Slot
    {
        internal DescriptorPort? Port;
        internal uint Generation;
    }

    /// <summary>What the engine has of the system. Collected with the engine, it gives all of it back.</summary>
    private sealed class Descriptors : IDisposable
    {
        private readonly DescriptorHandle _epoll;
        private readonly DescriptorHandle _event;
        internal readonly int Epoll;
        internal readonly int Event;
        internal readonly byte* Events;

        // Since Linux 5.11, and where the library knows it.
        private bool _isPrecise = true;

        internal Descriptors()
        {
            _epoll = Own(Libc.EpollCreate(), "epoll_create1");
            var signal = Libc.EventCreate();
            if (signal < 0)
                _epoll.Dispose();
            _event = Own(signal, "eventfd");
            (Epoll, Event) = ((int)_epoll.DangerousGetHandle(), (int)_event.DangerousGetHandle());
            // Edge-triggered, so that it is never read: a write tells each time.
            var added = Libc.EpollAdd(Epoll, Event, Libc.Readable | Libc.EdgeTriggered, WakeupEvent);
            if (added < 0)
                throw new PromiseIOException(-added, "epoll_ctl", "eventfd");
            Events = (byte*)NativeMemory.Alloc(Room, (nuint)Libc.EventSize);
        }

        ~Descriptors() => NativeMemory.Free(Events);

        public void Dispose()
        {
            // Freed once, however often the engine is disposed of.
            if (_epoll.IsClosed)
                return;
            _epoll.Dispose();
            _event.Dispose();
            NativeMemory.Free(Events);
            GC.SuppressFinalize(this);
        }

        internal int Wait(TimeSpan? timeout, int room)
        {
            if (timeout is not { } time)
                return Libc.EpollWait(Epoll, Events, room, -1);
            if (_isPrecise)
            {
                try
                {
                    var result = Libc.EpollWait(Epoll, Events, room, time);
                    if (result != -Errno.ENOSYS)
                        return result;
                }
                catch (EntryPointNotFoundException) { }
                _isPrecise = false;
            }
            // Whole milliseconds, up; a longer wait than it takes is cut.
            return Libc.EpollWait(
                Epoll,
                Events,
                room,
                (int)Math.Min(Math.Ceiling(time.TotalMilliseconds), int.MaxValue)
            );
        }

        private static DescriptorHandle Own(int descriptor, string call) =>
            descriptor >= 0 ? new(descriptor) : throw new PromiseIOException(-descriptor, call, "");
    }
}
