namespace Lwt.Core;

/// <summary>
/// A callback of a promise: a node in its list of callbacks. Only the library's own types derive from it.
/// </summary>
/// <remarks>
/// A promise has no field for the next node of a list, because few promises share what they wait for. A list of several
/// callbacks holds a promise by way of a <see cref="Listed"/>, so one promise can be a callback of several others, as
/// join is.
/// </remarks>
public abstract class Continuation
{
    private protected Continuation() { }

    /// <summary>
    /// The node that represents this one in the list of several callbacks of <paramref name="pending"/>.
    /// </summary>
    internal virtual Callback InList(Promise pending) => new Listed(this);

    /// <summary>
    /// Reacts to <paramref name="source"/>, which is resolved. Returns the promise that this resolved, whose callbacks
    /// the driver runs next, or null. It never throws an exception of a user's function.
    /// </summary>
    internal abstract Promise? Run(Promise source, Driver driver);
}

/// <summary>A callback that is not a promise and can be a member of a list of several.</summary>
internal abstract class Callback : Continuation
{
    /// <summary>The next node of the circular list of several callbacks; null if there is no such list.</summary>
    internal Callback? Next;

    internal sealed override Callback InList(Promise pending) => this;
}

/// <summary>Represents a promise in a list of several callbacks.</summary>
internal sealed class Listed(Continuation node) : Callback
{
    internal override Promise? Run(Promise source, Driver driver) => node.Run(source, driver);
}
