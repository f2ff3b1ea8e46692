namespace Lwt.Core;

/// <summary>
/// What waits for a promise: a node in the list of callbacks of that promise. The library's own kinds derive from
/// it; nothing outside this assembly can.
/// </summary>
/// <remarks>
/// Invariant: a node stands in at most one list at a time, and <c>Next</c> is free again once the driver has taken
/// the node out to run it. That is why a promise made by bind can be the node on its source: one allocation.
/// </remarks>
public abstract class Continuation
{
    // While the node waits in a list: the next node of the circular list (null for a list of one).
    // On a promise that was just rejected: its own callbacks, until the driver takes them.
    internal Continuation? Next;

    private protected Continuation() { }

    /// <summary>
    /// Reacts to <paramref name="source"/>, which is resolved. Returns the promise that this resolved, whose
    /// callbacks the driver runs next, or null. Never lets a user's exception out.
    /// </summary>
    internal abstract Promise? Run(Promise source, Resolution resolution);
}
