namespace Lwt.Core;

/// <summary>An element was pushed on a closed stream. OCaml: <c>Lwt_stream.Closed</c>.</summary>
public sealed class StreamClosedException()
    : InvalidOperationException(
        "An element was pushed on a stream that is closed: nobody can read it. Ask IsClosed "
            + "(F#: Lwt_stream.is_closed) before, or push no more after Close (F#: push None)."
    )
{
    /// <summary>All exceptions of this type are equal: in OCaml <c>Lwt_stream.Closed</c> is a value.</summary>
    public override bool Equals(object? obj) => obj is StreamClosedException;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(StreamClosedException).GetHashCode();
}

/// <summary>
/// An element was pushed on a full bounded stream while another push was waiting. OCaml: <c>Lwt_stream.Full</c>.
/// </summary>
public sealed class StreamFullException()
    : InvalidOperationException(
        "A second push was made on a full bounded stream while a first one waits for room. Await each push (F#: let!, >>=) "
            + "before the next, "
            + "or let one writer do all of them."
    )
{
    /// <summary>All exceptions of this type are equal: in OCaml <c>Lwt_stream.Full</c> is a value.</summary>
    public override bool Equals(object? obj) => obj is StreamFullException;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(StreamFullException).GetHashCode();
}

/// <summary>An element was asked for at the end of a stream. OCaml: <c>Lwt_stream.Empty</c>.</summary>
public sealed class StreamEmptyException()
    : InvalidOperationException(
        "The stream is at its end. Get (F#: Lwt_stream.get), unlike Next and LastNew (F#: next, last_new), raises no exception there."
    )
{
    /// <summary>All exceptions of this type are equal: in OCaml <c>Lwt_stream.Empty</c> is a value.</summary>
    public override bool Equals(object? obj) => obj is StreamEmptyException;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(StreamEmptyException).GetHashCode();
}
