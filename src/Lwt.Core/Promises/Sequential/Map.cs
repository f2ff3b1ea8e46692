using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>What map makes on a pending promise: bind (the model) with a function that gives a plain value.</summary>
internal sealed class Map<T, TStep> : Composed<T>
    where TStep : IPlainStep<T>
{
    private TStep _step;

    internal Map(Promise source, TStep step, Resolution resolution)
        : base(resolution)
    {
        Link = source;
        _step = step;
    }

    internal override Promise? Run(Promise source, Resolution resolution)
    {
        var step = _step;
        _step = default!;
        if (source.State == Rejected)
            return Outer().RejectWith(source.Reason);
        resolution.Storage = null;
        try
        {
            // The function first: it can make a proxy of this promise.
            var value = step.Invoke(source);
            return Outer().FulfillWith(value);
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            return Outer().RejectWith(e);
        }
    }
}
