namespace Lwt.Core;

/// <summary>
/// What waits for a promise: a node in the list of callbacks of that promise. The library's own kinds derive from
/// it; nothing outside this assembly can.
/// </summary>
/// <remarks>
/// Invariant: a node stands in at most one list at a time. It has no field of its own, for most promises never wait
/// and must not pay for it: those that do, <see cref="Composed{T}"/>, and the nodes that are no promises,
/// <see cref="Callback"/>, each have their own.
/// </remarks>
public abstract class Continuation
{
    private protected Continuation() { }

    /// <summary>While the node waits in a list of several: the next of the circular list; else null.</summary>
    internal virtual Continuation? Next
    {
        get => null;
        set => throw new InvalidOperationException("A promise of this kind waits for no other.");
    }

    /// <summary>
    /// Reacts to <paramref name="source"/>, which is resolved. Returns the promise that this resolved, whose
    /// callbacks the driver runs next, or null. Never lets a user's exception out.
    /// </summary>
    internal abstract Promise? Run(Promise source, Resolution resolution);
}

/// <summary>A callback that is no promise itself.</summary>
internal abstract class Callback : Continuation
{
    private Continuation? _next;

    internal sealed override Continuation? Next
    {
        get => _next;
        set => _next = value;
    }
}
