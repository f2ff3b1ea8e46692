using System.Diagnostics.CodeAnalysis;

namespace Lwt.Core.CompilerServices;

/// <summary>
/// The CancellationToken of a block that asked for one, as a cancelable promise that nobody waits for: cancelling finds
/// it beside what the block waits for, rejects both, and runs this one's callback, which cancels the token, first.
/// </summary>
/// <remarks>
/// Invariant: the link of a box with HasToken is an array of two: what the block waits for (while it runs, a promise that
/// is resolved), and this. So a block without a token pays one test of a flag.
/// </remarks>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "The source of the token has no timer and exposes no handle: there is nothing to dispose."
)]
internal sealed class BlockToken : Promise<Unit>
{
    private const int Awaited = 0;
    private const int Itself = 1;

    private readonly CancellationTokenSource _cancellation = new();

    private BlockToken(Driver driver)
        : base(driver, Cancelable) => OnCancel(_cancellation.Cancel);

    /// <summary>The link of a block that asks for its token while it runs.</summary>
    internal static CancelLink Link(Driver driver) =>
        CancelLink.ToEach([Completed<Unit>.Default, new BlockToken(driver)]);

    /// <summary>The token in such a link.</summary>
    internal static CancellationToken In(CancelLink link) => ((BlockToken)link.Each[Itself])._cancellation.Token;

    /// <summary>Stores in the link of a block what the block would be linked to now if it had no token.</summary>
    internal static void Wait(CancelLink link, CancelLink awaited) =>
        link.Each[Awaited] = awaited.IsForeign ? Completed<Unit>.Default : awaited.Source;

    /// <summary>Stores in the link that the block runs again; returns what it waited for.</summary>
    internal static Promise GoOn(CancelLink link)
    {
        var promises = link.Each;
        var source = promises[Awaited];
        promises[Awaited] = Completed<Unit>.Default;
        return source;
    }

    /// <summary>
    /// Resolves a block like <paramref name="inner"/>, which is pending. The two do not become one promise, because
    /// cancelling must find the token until then.
    /// </summary>
    internal static void Follow<T>(Dependent<T> box, Promise<T> inner, Driver driver)
    {
        Wait(box.Link, CancelLink.To(inner));
        inner.Attach(new Follower<T>(box), driver);
    }

    /// <summary>Nothing: nobody waits for it.</summary>
    internal override void DescribeWait(WaitReport report) { }

    private sealed class Follower<T>(Dependent<T> box) : Callback
    {
        internal override Promise? Run(Promise source, Driver driver) => Outcome.Copy(box, source);
    }
}
