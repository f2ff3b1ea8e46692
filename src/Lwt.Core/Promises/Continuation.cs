namespace Lwt.Core;

/// <summary>
/// What waits for a promise: a node in the list of callbacks of that promise. The library's own kinds derive from
/// it; nothing outside this assembly can.
/// </summary>
/// <remarks>
/// Promises have no field for a list, for hardly any shares what it waits for, and all would pay: those that do share go
/// into a <see cref="Listed"/>. So one that waits for several, as join does, is the node on each.
/// </remarks>
public abstract class Continuation
{
    private protected Continuation() { }

    /// <summary>This node, or one that stands for it, in a list of several that <paramref name="pending"/> has.</summary>
    internal virtual Callback InList(Promise pending) => new Listed(this);

    /// <summary>
    /// Reacts to <paramref name="source"/>, which is resolved. Returns the promise that this resolved, whose
    /// callbacks the driver runs next, or null. Never lets a user's exception out.
    /// </summary>
    internal abstract Promise? Run(Promise source, Driver driver);
}

/// <summary>A callback that is no promise itself, and can stand in a list of several.</summary>
internal abstract class Callback : Continuation
{
    /// <summary>While the node waits in a list of several: the next of the circular list; else null.</summary>
    internal Callback? Next;

    internal sealed override Callback InList(Promise pending) => this;
}

/// <summary>A promise's place in a list of several.</summary>
internal sealed class Listed(Continuation node) : Callback
{
    internal override Promise? Run(Promise source, Driver driver) => node.Run(source, driver);
}
