using System.Diagnostics;

namespace Lwt.Core;

/// <summary>
/// The promise of join: it waits for all sources, then is fulfilled, or rejected with the first rejection. It is itself
/// the callback on each pending source.
/// </summary>
internal sealed class Join<T> : Dependent<T>
{
    private int _pending;
    private Exception? _reason;

    private Join(Promise[] sources, Driver driver)
        : base(driver) => Link = CancelLink.ToEach(sources);

    internal static Promise<T> Of(Promise[] sources, Driver driver)
    {
        Join<T>? join = null;
        Exception? reason = null;
        foreach (var source in sources)
        {
            var promise = source.Underlying();
            if (promise.State == Pending)
            {
                join ??= new Join<T>(sources, driver);
                join._pending++;
                promise.Attach(join, driver);
            }
            else if (promise.State == Rejected)
                reason ??= promise.Reason;
        }
        if (join is not null)
        {
            join._reason = reason;
            return join;
        }
        return reason is null ? new Promise<T>(default(T)!) : new Promise<T>(reason);
    }

    internal override Promise? Run(Promise source, Driver driver)
    {
        Debug.Assert(_pending > 0, "A join counts the promises that are pending.");
        if (source.State == Rejected)
            _reason ??= source.Reason;
        if (--_pending > 0)
            return null;
        return _reason is null ? TakeOuter().FulfillWith(default!) : TakeOuter().RejectWith(_reason);
    }
}
