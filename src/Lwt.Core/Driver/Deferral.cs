using System.Diagnostics;

namespace Lwt.Core;

/// <summary>
/// A promise for a function that could not be called at once because the stack had no room: it is resolved when the
/// function's turn comes in the queue of deferred work. It is cancelable like a pause; the function is then not called.
/// </summary>
/// <remarks>
/// It is the continuation in that queue itself. Invariant: while pending it has one callback, the node that was deferred, and
/// nobody else holds it but the link of that node.
/// </remarks>
internal sealed class Deferral : Promise<Unit>
{
    private Deferral(Continuation node, Driver driver)
        : base(driver, Cancelable) => Slot = node;

    /// <summary>Leaves a promise that waits for <paramref name="source"/>, which is resolved, to the loop.</summary>
    internal static void Of<T>(Promise source, Dependent<T> node, Driver driver) =>
        node.Link = CancelLink.To(Enqueue(source, node, driver));

    /// <summary>As <see cref="Of"/>, for a node that stands for the promise. Returns what to link the promise to.</summary>
    internal static Promise Enqueue(Promise source, Continuation node, Driver driver)
    {
        var deferral = new Deferral(node, driver);
        driver.Defer(source, deferral);
        return deferral;
    }

    internal override Promise? Run(Promise source, Driver driver)
    {
        // If it was cancelled in the meantime, it has already run its node.
        if (State != Pending)
            return null;
        Debug.Assert(Slot is not null, "A deferral has the node that was deferred.");
        var node = Cast.To<Continuation>(Slot!);
        Slot = null;
        State = Fulfilled;
        return node.Run(source, driver);
    }

    internal override void DescribeWait(WaitReport report) =>
        report.On("its turn in the loop, for the stack had no room to go on at once");
}
