namespace Lwt.Core;

/// <summary>
/// The peer, or someone between, has cut a TLS connection without the notice that belongs to its end (close_notify). What was
/// still to come may be missing.
/// </summary>
public sealed class TlsTruncatedException : IOException
{
    internal TlsTruncatedException(Exception? cause)
        : base(
            "The TLS connection was truncated: it has ended without close_notify, so what was still to come may be missing. "
                + "What was read before is whole.",
            cause
        ) { }
}
