using System.Net.Sockets;

namespace Lwt.Core;

/// <summary>
/// An asynchronous call of .NET's socket that waits on behalf of a port: for input, or for a connection that was begun. It
/// never holds memory of the user's.
/// </summary>
/// <remarks>
/// <see cref="State"/> belongs to the loop's thread: Idle, then UnderWay, then Ended once the engine has taken the completion
/// or the call has ended at once, and Idle again when the port has taken the result.
/// </remarks>
internal sealed class SocketCall(SocketPort port, SocketCompletions completions) : SocketAsyncEventArgs(true)
{
    internal const int Idle = 0;
    internal const int UnderWay = 1;
    internal const int Ended = 2;

    internal int State;

    /// <summary>Whether it brings something that a reader has to take, rather than the news that there is something.</summary>
    internal bool KeepsResult;

    internal SocketPort Port => port;

    /// <summary>Nobody wants the result any more.</summary>
    internal void Discard()
    {
        AcceptSocket?.Dispose();
        AcceptSocket = null;
    }

    // On a thread of the pool.
    protected override void OnCompleted(SocketAsyncEventArgs e) => completions.Add(this);
}
