using System.Runtime.InteropServices;

namespace Lwt.Core;

/// <summary>
/// The open ports of an engine, which closes those that are left when it is disposed of. They are held weakly: a port that
/// is dropped without being closed is collected, and its descriptor with it.
/// </summary>
/// <remarks>
/// Invariant: each place below <c>_used</c> has a handle. It is in <c>_free</c>, or holds the port that has its number, or
/// held one that was collected.
/// </remarks>
internal sealed class OpenPorts
{
    private WeakGCHandle<ReadinessPort>[] _handles = [];
    private int _used;
    private readonly Stack<int> _free = new();

    ~OpenPorts()
    {
        for (var place = 0; place < _used; place++)
            _handles[place].Dispose();
    }

    internal void Add(ReadinessPort port)
    {
        if (_free.Count == 0 && _used == _handles.Length)
            MakeRoom();
        if (_free.TryPop(out var place))
        {
            _handles[place].SetTarget(port);
        }
        else
        {
            place = _used;
            _handles[place] = new(port);
            _used++;
        }
        port.OpenPlace = place;
    }

    internal void Remove(ReadinessPort port)
    {
        _handles[port.OpenPlace].SetTarget(null!);
        _free.Push(port.OpenPlace);
    }

    /// <summary>Closes all of them; their operations stay pending.</summary>
    internal void Abandon()
    {
        for (var place = 0; place < _used; place++)
            if (_handles[place].TryGetTarget(out var port))
                port.Abandon();
    }

    /// <summary>Frees the places of ports that were collected; makes more if those are few.</summary>
    private void MakeRoom()
    {
        for (var place = 0; place < _used; place++)
            if (!_handles[place].TryGetTarget(out _))
                _free.Push(place);
        if (_free.Count <= _used / 4)
            Array.Resize(ref _handles, Math.Max(16, 2 * _used));
    }
}
