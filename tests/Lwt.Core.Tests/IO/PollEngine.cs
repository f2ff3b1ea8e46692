using System.Runtime.InteropServices;

namespace Lwt.Core.Tests;

/// <summary>An engine as a user writes one, over poll(2), by public members alone.</summary>
/// <remarks>Invariant: what was collected is dispatched before anything is polled again.</remarks>
internal sealed partial class PollEngine : IEngine, IReadiness
{
    private const short Readable = 1;
    private const short Writable = 4;
    private const short HungUp = 0x10 | 0x8;

    private readonly Dictionary<ReadinessPort, short> _watched = [];
    private readonly Queue<(ReadinessPort Port, short Events)> _collected = new();
    private readonly EngineWakeup _wakeup = new();
    private readonly DescriptorPorts _ports;

    internal PollEngine() => _ports = new DescriptorPorts(this);

    internal bool IsDisposed { get; private set; }

    public TimeProvider Clock => TimeProvider.System;

    public Ports Ports => _ports;

    public bool Watches => _ports.Wait;

    public bool IsReady => _ports.AreReady || _collected.Count > 0;

    public IEnumerable<ReadinessPort> Watched => _watched.Keys;

    // For one signal; the port asks again where it has to wait on.
    public void Watch(ReadinessPort port, bool writes) =>
        _watched[port] = (short)(_watched.GetValueOrDefault(port) | (writes ? Writable : Readable));

    public void Forget(ReadinessPort port) => _watched.Remove(port);

    public void Poll(TimeSpan? timeout)
    {
        if (_collected.Count > 0)
            return;
        var ports = _watched.ToArray();
        var requests = new Request[ports.Length + 1];
        requests[0] = new() { Descriptor = _wakeup.Descriptor, Events = Readable };
        for (var i = 0; i < ports.Length; i++)
            requests[i + 1] = new() { Descriptor = ports[i].Key.Descriptor, Events = ports[i].Value };
        if (!_wakeup.BeginWait())
            timeout = TimeSpan.Zero;
        var wait = timeout is { } time ? (int)Math.Min(Math.Ceiling(time.TotalMilliseconds), int.MaxValue) : -1;
        _ = Wait(requests, wait);
        _wakeup.EndWait();
        for (var i = 0; i < ports.Length; i++)
            if (requests[i + 1].Found is var found && found != 0)
            {
                _watched.Remove(ports[i].Key);
                _collected.Enqueue((ports[i].Key, found));
            }
    }

    public void Dispatch()
    {
        _ports.BeginDispatch(_collected.Count);
        while (_collected.TryDequeue(out var found))
        {
            var (port, events) = found;
            // The direction that was not ready is watched on.
            var hungUp = (events & HungUp) != 0;
            if (!hungUp && (events & Readable) == 0 && port.Waits(writes: false))
                Watch(port, writes: false);
            if (!hungUp && (events & Writable) == 0 && port.Waits(writes: true))
                Watch(port, writes: true);
            port.Signal((events & Readable) != 0, (events & Writable) != 0, hungUp);
        }
        _ports.EndDispatch();
    }

    public void Wake() => _wakeup.Wake();

    public void Dispose()
    {
        _ports.Close();
        _wakeup.Dispose();
        IsDisposed = true;
    }

    public override string ToString() => "poll";

    private static unsafe int Wait(Request[] requests, int milliseconds)
    {
        fixed (Request* first = requests)
            return poll(first, (nuint)requests.Length, milliseconds);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Request
    {
        internal int Descriptor;
        internal short Events;
        internal short Found;
    }

    [LibraryImport("libc")]
    private static unsafe partial int poll(Request* requests, nuint count, int milliseconds);
}
