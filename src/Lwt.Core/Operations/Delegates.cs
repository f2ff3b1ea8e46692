using Lwt.Core.CompilerServices;

namespace Lwt.Core;

// C# delegates as the structs that the core calls. The F# front has its own structs for F# functions. A null promise is
// passed on as it is: the core throws the error for it.

internal readonly struct FuncStep<TSource, T>(Func<TSource, Promise<T>> function) : IStep<T>
{
    public Promise<T> Invoke(Promise source) => function(Cast.To<Promise<TSource>>(source).Result);
}

internal readonly struct UnitFuncStep<TSource>(Func<TSource, Promise> function) : IStep<Unit>
{
    public Promise<Unit> Invoke(Promise source) => function(Cast.To<Promise<TSource>>(source).Result)?.AsUnit()!;
}

internal readonly struct NextStep<T>(Func<Promise<T>> function) : IStep<T>
{
    public Promise<T> Invoke(Promise source) => function();
}

internal readonly struct UnitNextStep(Func<Promise> function) : IStep<Unit>
{
    public Promise<Unit> Invoke(Promise source) => function()?.AsUnit()!;
}

internal readonly struct FuncPlainStep<TSource, T>(Func<TSource, T> function) : IPlainStep<T>
{
    public T Invoke(Promise source) => function(Cast.To<Promise<TSource>>(source).Result);
}

internal readonly struct NextPlainStep<T>(Func<T> function) : IPlainStep<T>
{
    public T Invoke(Promise source) => function();
}

internal readonly struct ForgetValue : IPlainStep<Unit>
{
    public Unit Invoke(Promise source) => default;
}

internal readonly struct FuncBody<T>(Func<Promise<T>> function) : IBody<T>
{
    public Promise<T> Invoke() => function();
}

internal readonly struct UnitFuncBody(Func<Promise> function) : IBody<Unit>
{
    public Promise<Unit> Invoke() => function()?.AsUnit()!;
}

internal readonly struct FuncHandler<T>(Func<Exception, Promise<T>> function) : IHandler<T>
{
    public Promise<T> Invoke(Exception reason) => function(PromiseCanceledException.ToShow(reason));
}

internal readonly struct UnitFuncHandler(Func<Exception, Promise> function) : IHandler<Unit>
{
    public Promise<Unit> Invoke(Exception reason) => function(PromiseCanceledException.ToShow(reason))?.AsUnit()!;
}

internal readonly struct ValueEffect<T>(Action<T> action) : IEffect
{
    public void Invoke(Promise source) => action(Cast.To<Promise<T>>(source).Result);
}

internal readonly struct PlainEffect(Action action) : IEffect, IFailureEffect
{
    public void Invoke(Promise source) => action();

    public void Invoke(Exception reason) => action();
}

internal readonly struct FailureEffect(Action<Exception> action) : IFailureEffect
{
    public void Invoke(Exception reason) => action(PromiseCanceledException.ToShow(reason));
}

internal readonly struct ReadOnlyListMaker<T> : IListMaker<T, IReadOnlyList<T>>
{
    public IReadOnlyList<T> Make(T[] values) => values;
}

internal readonly struct SplitMaker<T> : ISplitMaker<T, (IReadOnlyList<T> Values, IReadOnlyList<Promise<T>> Pending)>
{
    public (IReadOnlyList<T> Values, IReadOnlyList<Promise<T>> Pending) Make(T[] values, Promise<T>[] pending) =>
        (values, pending);
}

internal readonly struct TupleMaker<TFirst, TSecond> : IPairMaker<TFirst, TSecond, (TFirst First, TSecond Second)>
{
    public (TFirst First, TSecond Second) Make(TFirst first, TSecond second) => (first, second);
}
