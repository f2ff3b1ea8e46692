using System.Text;

namespace Lwt.Core.CompilerServices;

public static partial class Streams
{
    /// <summary>Takes all elements up to the end. OCaml: <c>Lwt_stream.to_list</c>.</summary>
    public static Promise<TList> ToList<T, TList, TMaker>(PromiseStream<T> stream, TMaker maker)
        where TMaker : IListMaker<T, TList> =>
        StreamWalk.From<T, TList, ToListVisitor<T, TList, TMaker>>(Enter(stream), new(maker));

    private readonly struct ToListVisitor<T, TList, TMaker>(TMaker maker) : IVisitor<T, TList>
        where TMaker : IListMaker<T, TList>
    {
        private readonly List<T> _taken = [];

        public Promise<TList>? Visit(PromiseStream<T> stream, StreamNode<T> node)
        {
            stream.Consume(node);
            _taken.Add(node.Value);
            return null;
        }

        public Promise<TList> End() => new(maker.Make([.. _taken]));
    }

    /// <summary>Takes all characters up to the end. OCaml: <c>Lwt_stream.to_string</c>.</summary>
    public static Promise<string> ToText(PromiseStream<char> stream) =>
        StreamWalk.From<char, string, ToTextVisitor>(Enter(stream), new(new()));

    private readonly struct ToTextVisitor(StringBuilder text) : IVisitor<char, string>
    {
        public Promise<string>? Visit(PromiseStream<char> stream, StreamNode<char> node)
        {
            stream.Consume(node);
            text.Append(node.Value);
            return null;
        }

        public Promise<string> End() => new(text.ToString());
    }
}
