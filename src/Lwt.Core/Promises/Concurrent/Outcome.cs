namespace Lwt.Core;

/// <summary>Copies the outcome of one promise, or of several, to another.</summary>
internal static class Outcome
{
    /// <summary>Resolves a pending promise like <paramref name="source"/>, which is resolved.</summary>
    internal static Promise Copy<T>(Promise<T> target, Promise source)
    {
        target = target.TakeOuter();
        return source.State == Promise.Fulfilled
            ? target.FulfillWith(Cast.To<Promise<T>>(source).Result)
            : target.RejectWith(source.Reason);
    }

    /// <summary>
    /// Collects the values of a race's fulfilled promises; returns the first rejection instead, if there is one.
    /// </summary>
    internal static Exception? Collect<T>(Racer racers, List<T> values, List<Promise<T>>? pending)
    {
        for (var racer = racers; racer is not null; racer = racer.Sibling)
        {
            var source = Cast.To<Promise<T>>(racer.Source);
            var promise = source.Underlying();
            if (promise.State == Promise.Fulfilled)
                values.Add(promise.Result);
            else if (promise.State == Promise.Rejected)
                return promise.Reason;
            else
                pending?.Add(source);
        }
        return null;
    }
}
