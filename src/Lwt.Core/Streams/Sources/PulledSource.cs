using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A source that asks a function for each element: <c>from</c> and all streams made of other streams. One question is
/// under way at a time, and whoever reads meanwhile waits for it; cancelling a reader does not cancel the question.
/// </summary>
/// <remarks>
/// A question may ask another stream, and that one a third: where the stack has no room for more of them, the rest is asked
/// from the loop, and the reader waits.
/// </remarks>
internal abstract class PulledSource<T> : StreamSource<T>
{
    // Null, or the question under way (it may be resolved by now).
    private Promise<Unit>? _asked;

    /// <summary>Asks for the next element; the value of the promise is for <see cref="Read"/>.</summary>
    private protected abstract Promise Pull();

    /// <summary>The element, or the end, in what <see cref="Pull"/> gave.</summary>
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
