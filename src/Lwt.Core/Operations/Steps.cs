using System.ComponentModel;

namespace Lwt.Core.CompilerServices;

// A front hands its functions to the core as structs, so that the core's kinds hold and call an F# function or a
// delegate as it is: no wrapper, no allocation, and the call can be inlined.

/// <summary>What a function gave. Reading it keeps F# from making the function's call a tail call.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Given<T>(T value)
{
    /// <summary>What was given.</summary>
    public T Value { get; } = value;
}

/// <summary>A function of a fulfilled promise that gives a promise: what bind calls.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IStep<T>
{
    /// <summary>Calls the function with the value of <paramref name="source"/>, which is fulfilled.</summary>
    Promise<T> Invoke(Promise source);
}

/// <summary>A function of a fulfilled promise that gives a plain value: what map calls.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IPlainStep<T>
{
    /// <summary>Calls the function with the value of <paramref name="source"/>, which is fulfilled.</summary>
    T Invoke(Promise source);
}

/// <summary>A function of an exception that gives a promise: what catch calls.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IHandler<T>
{
    /// <summary>Calls the function with the reason of a rejected promise.</summary>
    Promise<T> Invoke(Exception reason);
}

/// <summary>A function without argument that gives a promise: the body of catch, finalize, async.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IBody<T>
{
    /// <summary>Calls the function.</summary>
    Promise<T> Invoke();
}

/// <summary>A function of a fulfilled promise whose result does not matter: what on_success calls.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IEffect
{
    /// <summary>Calls the function with the value of <paramref name="source"/>, which is fulfilled.</summary>
    void Invoke(Promise source);
}

/// <summary>A function of an exception whose result does not matter: what on_failure and dont_wait call.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IFailureEffect
{
    /// <summary>Calls the function with the reason of a rejected promise.</summary>
    void Invoke(Exception reason);
}

/// <summary>Makes the list that nchoose and its like give from the values in an array.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IListMaker<T, TList>
{
    /// <summary>Makes the list.</summary>
    TList Make(T[] values);
}

/// <summary>Makes what nchoose_split gives: the values, and the promises that are pending yet.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ISplitMaker<T, TSplit>
{
    /// <summary>Makes the pair.</summary>
    TSplit Make(T[] values, Promise<T>[] pending);
}

/// <summary>Makes the pair that both gives.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IPairMaker<TFirst, TSecond, T>
{
    /// <summary>Makes the pair.</summary>
    T Make(TFirst first, TSecond second);
}
