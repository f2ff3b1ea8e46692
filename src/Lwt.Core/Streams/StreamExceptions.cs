namespace Lwt.Core;

/// <summary>An element was pushed on a stream that is closed. Answers to <c>Lwt_stream.Closed</c>.</summary>
public sealed class StreamClosed()
    : InvalidOperationException(
        "An element was pushed on a stream that is closed: nobody can read it. Ask IsClosed before, or push no more after Close."
    );

/// <summary>
/// An element was pushed on a bounded stream that is full and on which another push waits already. Answers to
/// <c>Lwt_stream.Full</c>.
/// </summary>
public sealed class StreamFull()
    : InvalidOperationException(
        "A second push was made on a full bounded stream while a first one waits for room. Await each push before the next, "
            + "or let one writer do all of them."
    );

/// <summary>An element was asked of a stream that is at its end. Answers to <c>Lwt_stream.Empty</c>.</summary>
public sealed class StreamEmpty()
    : InvalidOperationException("The stream is at its end. Get, unlike Next, gives no exception there.");
