namespace Lwt.Core.CompilerServices;

// The operations that take what is there and do not wait for more; a source that has elements at once is asked for all.

public static partial class Streams
{
    /// <summary>Get_available and, with a limit, get_available_up_to.</summary>
    public static TList GetAvailable<T, TList, TMaker>(PromiseStream<T> stream, int limit, TMaker maker)
        where TMaker : IListMaker<T, TList>
    {
        var node = Enter(stream).Node;
        stream.Source.Holders++;
        var upTo = limit != int.MaxValue;
        var taken = new List<T>();
        while (taken.Count < limit)
        {
            if (ReferenceEquals(node, stream.Source.Last))
            {
                var fed = stream.Source.Feed().Underlying();
                if (fed.State == Promise.Rejected)
                    Rejections.Throw(fed.Reason);
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
            node = stream.Source.MoveOn(node, 1);
        }
        stream.Source.Holders--;
        return maker.Make([.. taken]);
    }

    /// <summary>Last_new.</summary>
    public static Promise<T> LastNew<T>(PromiseStream<T> stream)
    {
        var node = Enter(stream).Node;
        stream.Source.Holders++;
        var result = LastNew(stream, node);
        stream.Source.Holders--;
        return result;
    }

    private static Promise<T> LastNew<T>(PromiseStream<T> stream, StreamNode<T> node)
    {
        if (ReferenceEquals(node, stream.Source.Last))
        {
            var next = Next(stream).Underlying();
            return next.State == Promise.Fulfilled ? LastNew(stream, node, next.Result) : next;
        }
        if (!node.HasValue)
            return new(new StreamEmptyException());
        var last = node.Value;
        stream.Consume(node);
        return LastNew(stream, stream.Source.MoveOn(node, 1), last);
    }

    private static Promise<T> LastNew<T>(PromiseStream<T> stream, StreamNode<T> node, T last)
    {
        while (true)
        {
            if (ReferenceEquals(node, stream.Source.Last))
            {
                var fed = stream.Source.Feed().Underlying();
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
            node = stream.Source.MoveOn(node, 1);
        }
    }

    /// <summary>Junk_old.</summary>
    public static Promise<TUnit> JunkOld<T, TUnit>(PromiseStream<T> stream)
    {
        var node = Enter(stream).Node;
        stream.Source.Holders++;
        Exception? reason = null;
        while (true)
        {
            if (ReferenceEquals(node, stream.Source.Last))
            {
                var fed = stream.Source.Feed().Underlying();
                if (fed.State == Promise.Fulfilled)
                    continue;
                if (fed.State == Promise.Rejected)
                    reason = fed.Reason;
                break;
            }
            if (!node.HasValue)
                break;
            stream.Consume(node);
            node = stream.Source.MoveOn(node, 1);
        }
        stream.Source.Holders--;
        return reason is null ? new(default(TUnit)!) : new(reason);
    }
}
