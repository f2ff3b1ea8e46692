namespace Lwt.Core;

/// <summary>
/// Tells ports when the system would let them read or write: what an engine that waits for descriptors implements beside
/// <see cref="IEngine"/>. Its <see cref="IEngine.Ports"/> is a <see cref="DescriptorPorts"/>, which does all else.
/// </summary>
/// <remarks>
/// It calls <see cref="ReadinessPort.Signal"/> on the loop's thread, in its dispatch: once for each time that a direction
/// becomes ready, and again for one that has stayed ready, as it likes. All members are called on the loop's thread.
/// </remarks>
public interface IReadiness
{
    /// <summary>The ports that it watches now: another engine takes them over.</summary>
    IEnumerable<ReadinessPort> Watched { get; }

    /// <summary>
    /// An operation of this direction waits: the port is to be told when it may go on. Called for each that waits, and again
    /// after a signal that turned out to be none. So an engine may watch a direction for one signal alone, or for good.
    /// </summary>
    void Watch(ReadinessPort port, bool writes);

    /// <summary>
    /// Ends watching, before the descriptor is closed: no signal reaches the port from here on. The port may never have been
    /// watched.
    /// </summary>
    void Forget(ReadinessPort port);
}
