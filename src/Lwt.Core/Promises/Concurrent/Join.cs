namespace Lwt.Core;

/// <summary>
/// What join makes: it waits for all, then is fulfilled, or rejected with the first rejection met. It is itself the
/// callback on each pending source.
/// </summary>
internal sealed class Join<T> : Composed<T>
{
    private int _pending;
    private Exception? _reason;

    private Join(Promise[] sources, Resolution resolution)
        : base(resolution) => Link = sources;

    internal static Promise<T> Of(Promise[] sources, Resolution resolution)
    {
        Join<T>? join = null;
        Exception? reason = null;
        foreach (var source in sources)
        {
            var promise = source.Settled();
            if (promise.State == Pending)
            {
                join ??= new Join<T>(sources, resolution);
                join._pending++;
                promise.Attach(join, resolution);
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

    internal override Promise? Run(Promise source, Resolution resolution)
    {
        if (source.State == Rejected)
            _reason ??= source.Reason;
        if (--_pending > 0)
            return null;
        return _reason is null ? Outer().FulfillWith(default!) : Outer().RejectWith(_reason);
    }
}
