using Lwt.Core.CompilerServices;

namespace Lwt.Core;

// The functions that both and all pass to bind and map.

internal sealed class Pair<TFirst, TSecond>
{
    internal TFirst First = default!;
    internal TSecond Second = default!;
}

internal readonly struct StoreFirst<TFirst, TSecond>(Pair<TFirst, TSecond> pair) : IStep<Unit>
{
    public Promise<Unit> Invoke(Promise source)
    {
        pair.First = Cast.To<Promise<TFirst>>(source).Result;
        return Completed<Unit>.Default;
    }
}

internal readonly struct StoreSecond<TFirst, TSecond>(Pair<TFirst, TSecond> pair) : IStep<Unit>
{
    public Promise<Unit> Invoke(Promise source)
    {
        pair.Second = Cast.To<Promise<TSecond>>(source).Result;
        return Completed<Unit>.Default;
    }
}

internal readonly struct MakePair<TFirst, TSecond, T, TPair>(Pair<TFirst, TSecond> values, TPair maker) : IPlainStep<T>
    where TPair : IPairMaker<TFirst, TSecond, T>
{
    public T Invoke(Promise source) => maker.Make(values.First, values.Second);
}

internal readonly struct PairToArray<T> : IPairMaker<T, T, T[]>
{
    public T[] Make(T first, T second) => [first, second];
}

internal readonly struct StoreAt<T>(T[] values, int index) : IStep<Unit>
{
    public Promise<Unit> Invoke(Promise source)
    {
        values[index] = Cast.To<Promise<T>>(source).Result;
        return Completed<Unit>.Default;
    }
}

internal readonly struct MakeSingle<T, TList, TMaker>(TMaker maker) : IPlainStep<TList>
    where TMaker : IListMaker<T, TList>
{
    public TList Invoke(Promise source) => maker.Make([Cast.To<Promise<T>>(source).Result]);
}

/// <summary>
/// Makes the list from an array of values; if that is null, from the array that is the promise's value.
/// </summary>
internal readonly struct MakeList<T, TList, TMaker>(T[]? values, TMaker maker) : IPlainStep<TList>
    where TMaker : IListMaker<T, TList>
{
    public TList Invoke(Promise source) => maker.Make(values ?? Cast.To<Promise<T[]>>(source).Result);
}
