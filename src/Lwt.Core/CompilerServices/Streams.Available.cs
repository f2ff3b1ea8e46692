namespace Lwt.Core.CompilerServices;

// The operations that take what is there and do not wait for more; a source that has elements at once is asked for all.

public static partial class Streams
{
    /// <summary>Get_available and, with a limit, get_available_up_to.</summary>
    public static TList GetAvailable<T, TList, TMaker>(PromiseStream<T> stream, int limit, TMaker maker)
        where TMaker : IListMaker<T, TList>
    {
        var node = Check(stream).Node;
        var upTo = limit != int.MaxValue;
        var taken = new List<T>();
        while (taken.Count < limit)
        {
            if (ReferenceEquals(node, stream.Source.Last))
            {
                var fed = stream.Source.Feed().Settled();
                if (fed.State == Promise.Rejected)
                    Canceled.Rethrow(fed.Reason);
                if (fed.State == Promise.Pending)
                    break;
                continue;
            }
            // As Lwt has it: with a limit, the element that is first now.
            var first = upTo ? stream.Node : node;
            if (!first.HasValue)
                break;
            taken.Add(first.Value);
            stream.Consume(node);
            node = node.Next!;
        }
        return maker.Make([.. taken]);
    }

    /// <summary>Last_new.</summary>
    public static Promise<T> LastNew<T>(PromiseStream<T> stream)
    {
        var node = Check(stream).Node;
        if (ReferenceEquals(node, stream.Source.Last))
        {
            var next = Next(stream).Settled();
            return next.State == Promise.Fulfilled ? LastNew(stream, node, next.Result) : next;
        }
        if (!node.HasValue)
            return new(new StreamEmpty());
        stream.Consume(node);
        return LastNew(stream, node.Next!, node.Value);
    }

    private static Promise<T> LastNew<T>(PromiseStream<T> stream, StreamNode<T> node, T last)
    {
        while (true)
        {
            if (ReferenceEquals(node, stream.Source.Last))
            {
                var fed = stream.Source.Feed().Settled();
                if (fed.State == Promise.Rejected)
                    return new(fed.Reason);
                if (fed.State == Promise.Pending)
                    return new(last);
                continue;
            }
            if (!node.HasValue)
                return new(last);
            last = node.Value;
            stream.Consume(node);
            node = node.Next!;
        }
    }

    /// <summary>Junk_old.</summary>
    public static Promise<TUnit> JunkOld<T, TUnit>(PromiseStream<T> stream)
    {
        var node = Check(stream).Node;
        while (true)
        {
            if (ReferenceEquals(node, stream.Source.Last))
            {
                var fed = stream.Source.Feed().Settled();
                if (fed.State == Promise.Rejected)
                    return new(fed.Reason);
                if (fed.State == Promise.Pending)
                    return new(default(TUnit)!);
                continue;
            }
            if (!node.HasValue)
                return new(default(TUnit)!);
            stream.Consume(node);
            node = node.Next!;
        }
    }
}
