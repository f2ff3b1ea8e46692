using System.Runtime.CompilerServices;
using Lwt.Core.CompilerServices;

namespace Lwt.Core;

// Every reading operation walks along the queue from where its stream stood when it was called. While elements are there
// it walks in a loop; where it must wait it leaves a bind, and the bind's function walks on. What differs is the visitor.

/// <summary>What a walk does with the elements; a struct, whose fields go along with it.</summary>
internal interface IVisitor<T, TResult>
{
    /// <summary>Looks at an element; gives the result to stop at, or null to walk on.</summary>
    Promise<TResult>? Visit(PromiseStream<T> stream, StreamNode<T> node);

    /// <summary>The result at the end of the stream.</summary>
    Promise<TResult> End();
}

/// <summary>A visitor whose function gives a promise for each element, which the walk waits for.</summary>
internal interface IPromiseVisitor<T, TAnswer, TResult>
{
    /// <summary>Calls the function.</summary>
    Promise<TAnswer> Ask(PromiseStream<T> stream, StreamNode<T> node);

    /// <summary>Looks at its answer; gives the result to stop at, or null to walk on.</summary>
    Promise<TResult>? Visit(PromiseStream<T> stream, StreamNode<T> node, Promise<TAnswer> answer);

    /// <summary>The result at the end of the stream.</summary>
    Promise<TResult> End();
}

internal static class StreamWalk
{
    internal static Promise<TResult> From<T, TResult, TVisitor>(
        PromiseStream<T> stream,
        StreamNode<T> node,
        TVisitor visitor
    )
        where TVisitor : IVisitor<T, TResult>
    {
        var source = stream.Source;
        while (true)
        {
            if (ReferenceEquals(node, source.Last))
            {
                var fed = source.Feed().Settled();
                if (fed.State != Promise.Fulfilled)
                    return Primitives.Bind<TResult, GoOn<T, TResult, TVisitor>>(fed, new(stream, node, visitor));
            }
            else if (!node.HasValue)
                return visitor.End();
            else if (visitor.Visit(stream, node) is { } result)
                return result;
            else
                node = node.Next!;
        }
    }

    private readonly struct GoOn<T, TResult, TVisitor>(PromiseStream<T> stream, StreamNode<T> node, TVisitor visitor)
        : IStep<TResult>
        where TVisitor : IVisitor<T, TResult>
    {
        public Promise<TResult> Invoke(Promise fed) => From<T, TResult, TVisitor>(stream, node, visitor);
    }

    internal static Promise<TResult> FromEach<T, TAnswer, TResult, TVisitor>(
        PromiseStream<T> stream,
        StreamNode<T> node,
        TVisitor visitor
    )
        where TVisitor : IPromiseVisitor<T, TAnswer, TResult>
    {
        var source = stream.Source;
        while (true)
        {
            if (ReferenceEquals(node, source.Last))
            {
                var fed = source.Feed().Settled();
                if (fed.State != Promise.Fulfilled)
                    return Primitives.Bind<TResult, GoOnEach<T, TAnswer, TResult, TVisitor>>(
                        fed,
                        new(stream, node, visitor)
                    );
                continue;
            }
            if (!node.HasValue)
                return visitor.End();
            var answer = Primitives.Settle(visitor.Ask(stream, node));
            if (answer.State != Promise.Fulfilled)
                return Primitives.Bind<TResult, Answered<T, TAnswer, TResult, TVisitor>>(
                    answer,
                    new(stream, node, visitor)
                );
            if (visitor.Visit(stream, node, answer) is { } result)
                return result;
            node = node.Next!;
        }
    }

    private readonly struct GoOnEach<T, TAnswer, TResult, TVisitor>(
        PromiseStream<T> stream,
        StreamNode<T> node,
        TVisitor visitor
    ) : IStep<TResult>
        where TVisitor : IPromiseVisitor<T, TAnswer, TResult>
    {
        public Promise<TResult> Invoke(Promise fed) => FromEach<T, TAnswer, TResult, TVisitor>(stream, node, visitor);
    }

    private readonly struct Answered<T, TAnswer, TResult, TVisitor>(
        PromiseStream<T> stream,
        StreamNode<T> node,
        TVisitor visitor
    ) : IStep<TResult>
        where TVisitor : IPromiseVisitor<T, TAnswer, TResult>
    {
        public Promise<TResult> Invoke(Promise answer)
        {
            // A copy, for a visitor's fields change.
            var walker = visitor;
            return walker.Visit(stream, node, Unsafe.As<Promise<TAnswer>>(answer))
                ?? FromEach<T, TAnswer, TResult, TVisitor>(stream, node.Next!, walker);
        }
    }
}
