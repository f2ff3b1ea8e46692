using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>The source of <c>from</c>.</summary>
internal sealed class FromSource<T, TOption, TOptions, TPull>(TPull pull, TOptions options) : PulledSource<T>
    where TOptions : IOptions<T, TOption>
    where TPull : IFunction<Unit, Promise<TOption>>
{
    private protected override Promise Pull() => pull.Invoke(default);

    private protected override Maybe<T> Read(Promise pulled) => options.ToMaybe(Primitives.Value<TOption>(pulled));
}

/// <summary>The source of <c>from_direct</c>: a function that returns each element itself.</summary>
internal sealed class FromDirectSource<T, TOption, TOptions, TPull>(TPull pull, TOptions options) : StreamSource<T>
    where TOptions : IOptions<T, TOption>
    where TPull : IFunction<Unit, TOption>
{
    internal override Promise<Unit> Feed()
    {
        Enqueue(options.ToMaybe(pull.Invoke(default)));
        return Completed<Unit>.Default;
    }
}

/// <summary>The source of a stream that a front makes of another by a function that reads it.</summary>
internal sealed class FromStreamSource<TSource, T, TPull>(PromiseStream<TSource> stream, TPull pull)
    : StreamOfStream<TSource, T>(stream)
    where TPull : IFunction<PromiseStream<TSource>, Promise<Maybe<T>>>
{
    private protected override Promise Pull() => pull.Invoke(Stream);
}
