using System.Runtime.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// The thread that may change an object which many promises share: a mutex, a mailbox, a stream. Every member that
/// changes such an object calls <see cref="Enter"/> first, so that a call from the wrong thread fails before anything
/// changes.
/// </summary>
/// <remarks>
/// The object belongs to the loop that used it first. Another loop may take it over if no two threads can use it at
/// once: both loops belong to the same thread, the first loop was disposed, or its thread has ended.
/// </remarks>
internal struct Affinity
{
    // Null until the first use.
    private Driver? _owner;

    /// <summary>The loop that the object belongs to; null before its first use.</summary>
    internal readonly EventLoop? Loop => _owner?.Loop;

    /// <summary>Whether the object belongs to this loop.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly bool BelongsTo(Driver current) => ReferenceEquals(_owner, current);

    /// <summary>Returns the current driver; throws if the object belongs to another thread.</summary>
    /// <param name="type">The name of the object's type, in C# and F#, for the error message.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Driver Enter(string type)
    {
        var current = Driver.Current;
        if (!ReferenceEquals(_owner, current))
            Claim(current, type);
        return current;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Claim(Driver current, string type)
    {
        var owner = _owner;
        if (owner is not null && !CanLeave(owner, current))
            throw Errors.WrongThread(type, owner, current);
        // Two threads may claim it at the same time: the second one throws.
        var before = Interlocked.CompareExchange(ref _owner, current, owner);
        if (!ReferenceEquals(before, owner))
            throw Errors.WrongThread(type, before!, current);
    }

    private static bool CanLeave(Driver owner, Driver current) =>
        ReferenceEquals(owner.Thread, current.Thread) || owner.Loop.IsDisposed || !owner.Thread.IsAlive;
}
