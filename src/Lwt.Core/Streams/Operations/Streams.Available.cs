namespace Lwt.Core.CompilerServices;

// The operations that take what is there and do not wait for more. A source that has elements at once, such as a
// sequence, is asked for all of them.

public static partial class Streams
{
    /// <summary>
    /// Takes the elements that are there, at most <paramref name="limit"/>. OCaml: <c>Lwt_stream.get_available</c> and,
    /// with a limit less than <see cref="int.MaxValue"/>, <c>get_available_up_to</c>.
    /// </summary>
    public static TList GetAvailable<T, TList, TMaker>(PromiseStream<T> stream, int limit, TMaker maker)
        where TMaker : IListMaker<T, TList>
    {
        var node = Enter(stream).Node;
        stream.Source.Holders++;
        var upTo = limit != int.MaxValue;
        var taken = new List<T>();
        while (taken.Count < limit)
        {
            if (!IsThere(stream, node, out var reason))
            {
                if (reason is not null)
                    Rejections.Throw(reason);
                break;
            }
            // As in Lwt: with a limit, the element that is first in the stream now.
            var first = upTo ? stream.Node : node;
            if (!first.HasValue)
                break;
            taken.Add(first.Value);
            node = Take(stream, node);
        }
        stream.Source.Holders--;
        return maker.Make([.. taken]);
    }

    /// <summary>
    /// Takes the elements that are there and returns the last; waits for one if there is none. OCaml:
    /// <c>Lwt_stream.last_new</c>.
    /// </summary>
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
        return LastNew(stream, Take(stream, node), last);
    }

    private static Promise<T> LastNew<T>(PromiseStream<T> stream, StreamNode<T> node, T last)
    {
        Exception? reason;
        while (IsThere(stream, node, out reason) && node.HasValue)
        {
            last = node.Value;
            node = Take(stream, node);
        }
        return reason is null ? new(last) : new(reason);
    }

    /// <summary>Discards the elements that are there. OCaml: <c>Lwt_stream.junk_old</c>.</summary>
    public static Promise<TUnit> JunkOld<T, TUnit>(PromiseStream<T> stream)
    {
        var node = Enter(stream).Node;
        stream.Source.Holders++;
        Exception? reason;
        while (IsThere(stream, node, out reason) && node.HasValue)
            node = Take(stream, node);
        stream.Source.Holders--;
        return reason is null ? new(default(TUnit)!) : new(reason);
    }

    /// <summary>
    /// Whether a node holds an element or the end; asks the source for it first. Otherwise the source has nothing yet
    /// or, with a <paramref name="reason"/>, failed.
    /// </summary>
    private static bool IsThere<T>(PromiseStream<T> stream, StreamNode<T> node, out Exception? reason)
    {
        reason = null;
        while (ReferenceEquals(node, stream.Source.Last))
        {
            var fed = stream.Source.Feed().Underlying();
            if (fed.State == Promise.Fulfilled)
                continue;
            if (fed.State == Promise.Rejected)
                reason = fed.Reason;
            return false;
        }
        return true;
    }

    /// <summary>Takes the element of a node, as the only walk under way. Returns the next node.</summary>
    private static StreamNode<T> Take<T>(PromiseStream<T> stream, StreamNode<T> node)
    {
        stream.Consume(node);
        return stream.Source.MoveOn(node, 1);
    }
}
