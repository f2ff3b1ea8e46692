using System.Runtime.ExceptionServices;

namespace Lwt.Core;

/// <summary>
/// The reason of a promise that was cancelled. Derives from <see cref="OperationCanceledException"/>, so that code
/// that knows nothing of promises understands it. Answers to <c>Lwt.Canceled</c>.
/// </summary>
public sealed class Canceled : OperationCanceledException
{
    // One object serves all cancelled promises; a fresh one is made to be thrown, for a throw writes on its object.
    internal static readonly Canceled Shared = new();

    /// <summary>Makes the exception with its usual message.</summary>
    public Canceled()
        : base("The promise was canceled.") { }

    /// <summary>Makes the exception with a message of its own.</summary>
    public Canceled(string message)
        : base(message) { }

    /// <summary>Makes the exception with a message and a cause.</summary>
    public Canceled(string message, Exception innerException)
        : base(message, innerException) { }

    /// <summary>Throws the reason of a rejected promise as it was raised, stack trace included.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    internal static void Rethrow(Exception reason)
    {
        if (ReferenceEquals(reason, Shared))
            throw new Canceled();
        ExceptionDispatchInfo.Throw(reason);
    }
}
