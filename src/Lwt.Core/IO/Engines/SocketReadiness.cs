namespace Lwt.Core;

/// <summary>
/// How a <see cref="PortableEngine"/> learns when its sockets are ready: for input by asynchronous calls of .NET, which the
/// thread pool completes, for output by asking again.
/// </summary>
internal sealed class SocketReadiness(PortableEngine engine) : IReadiness, IDisposable
{
    private readonly OutputRetries _retries = new();

    internal Driver Driver { get; } = Driver.Current;

    internal PortTurns Turns => field ??= new(this);

    internal SocketCompletions Completions { get; } = new(engine);

    // Its ports never move.
    IEnumerable<ReadinessPort> IReadiness.Watched => [];

    internal bool Watches => Turns.Waiting > 0;

    internal bool IsReady => Completions.Any || Turns.Any;

    /// <summary>The longest wait after which some port must ask again; null is no limit.</summary>
    internal TimeSpan? LongestWait => _retries.Until;

    public void Watch(ReadinessPort port, bool writes)
    {
        var socket = (SocketPort)port;
        // The call that connects tells both directions.
        if (socket.IsConnecting)
            return;
        if (writes)
            _retries.Add(socket);
        else
            socket.WaitForInput();
    }

    // A retry or a completion that still comes finds the port closed.
    public void Forget(ReadinessPort port) { }

    internal void Dispatch()
    {
        // Unlike a poll, a dispatch costs no system call: each may do as much as the other engines do between two polls.
        Turns.Renew();
        Completions.Dispatch();
        _retries.Dispatch();
        if (Turns.Any)
            Turns.Serve();
    }

    public void Dispose()
    {
        Completions.Close();
        Turns.Open.Abandon();
    }
}
