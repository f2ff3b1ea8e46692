using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A source that asks a function for each element: <c>from</c> and all streams made of other streams. One question is
/// pending at a time, and all reads wait for it; cancelling a read does not cancel the question.
/// </summary>
/// <remarks>
/// A question may ask another stream, and that one a third. Where the stack has no room for more, the loop asks, and
/// the reader waits.
/// </remarks>
internal abstract class PulledSource<T> : StreamSource<T>
{
    // Null, or the last question, which may be resolved.
    private Promise<Unit>? _asked;

    /// <summary>Asks for the next element. The promise is passed to <see cref="Read"/> once it is fulfilled.</summary>
    private protected abstract Promise Pull();

    /// <summary>The element, or none for the end, in the promise that <see cref="Pull"/> returned.</summary>
    private protected virtual Maybe<T> Read(Promise pulled) => Primitives.Value<Maybe<T>>(pulled);

    internal sealed override Promise<Unit> Feed()
    {
        if (_asked is { } asked && asked.Underlying().State == Promise.Pending)
            return new PulledElement(asked.Underlying(), Driver.Current);
        _asked = null;
        var arrival = StackGuard.HasRoom() ? Ask() : Primitives.Apply<Unit, Asking>(new(this));
        if (arrival.State != Promise.Pending)
            return arrival;
        _asked = arrival;
        return new PulledElement(arrival, Driver.Current);
    }

    private Promise<Unit> Ask()
    {
        var pulled = (Pull() ?? throw Errors.NullPromise()).Underlying();
        if (pulled.State != Promise.Fulfilled)
            return Primitives.Bind<Unit, Arrived>(pulled, new(this));
        Enqueue(Read(pulled));
        return Completed<Unit>.Default;
    }

    private readonly struct Asking(PulledSource<T> source) : IBody<Unit>
    {
        public Promise<Unit> Invoke() => source.Ask();
    }

    private readonly struct Arrived(PulledSource<T> source) : IStep<Unit>
    {
        public Promise<Unit> Invoke(Promise pulled)
        {
            source.Enqueue(source.Read(pulled));
            return Completed<Unit>.Default;
        }
    }
}

/// <summary>What a reader waits for while a question is under way.</summary>
internal sealed class PulledElement(Promise<Unit> arrival, Driver driver) : Protected<Unit>(arrival, driver)
{
    internal override void DescribeWait(WaitReport report) =>
        report.On(StreamElement.Name, Source.Underlying(), "whose source waits for:", Source);
}
