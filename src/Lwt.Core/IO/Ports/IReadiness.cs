namespace Lwt.Core;

/// <summary>Tells ports when the system would let them read or write.</summary>
/// <remarks>
/// It calls <see cref="ReadinessPort.Signal"/> on the loop's thread, in its dispatch: once for each time that a direction
/// becomes ready, and again for one that has stayed ready, as it likes.
/// </remarks>
internal interface IReadiness
{
    /// <summary>
    /// An operation of this direction waits: the port is to be told when it may go on. Called for each that waits, and again
    /// after a signal that turned out to be none.
    /// </summary>
    void Watch(ReadinessPort port, bool writes);

    /// <summary>Ends watching, before the descriptor is closed: no signal reaches the port from here on.</summary>
    void Forget(ReadinessPort port);
}
