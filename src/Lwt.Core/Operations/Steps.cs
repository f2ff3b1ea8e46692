using System.ComponentModel;

namespace Lwt.Core.CompilerServices;

// A front passes its functions to the core as structs, so that the core holds and calls an F# function or a delegate
// directly: without a wrapper object, and the call can be inlined.

/// <summary>
/// The result of a function. Reading it prevents F# from compiling the function's call as a tail call.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Given<T>(T value)
{
    /// <summary>The result itself.</summary>
    public T Value { get; } = value;
}

/// <summary>A function that takes the value of a fulfilled promise and returns a promise; bind calls it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IStep<T>
{
    /// <summary>Calls the function with the value of <paramref name="source"/>, which must be fulfilled.</summary>
    Promise<T> Invoke(Promise source);
}

/// <summary>A function that takes the value of a fulfilled promise and returns a plain value; map calls it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IPlainStep<T>
{
    /// <summary>Calls the function with the value of <paramref name="source"/>, which must be fulfilled.</summary>
    T Invoke(Promise source);
}

/// <summary>A function that takes an exception and returns a promise; catch calls it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IHandler<T>
{
    /// <summary>Calls the function with the exception of a rejected promise.</summary>
    Promise<T> Invoke(Exception reason);
}

/// <summary>A function without arguments that returns a promise; catch, finalize and async call it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IBody<T>
{
    /// <summary>Calls the function and returns its promise.</summary>
    Promise<T> Invoke();
}

/// <summary>A function that takes the value of a fulfilled promise and returns nothing; on_success calls it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IEffect
{
    /// <summary>Calls the function with the value of <paramref name="source"/>, which must be fulfilled.</summary>
    void Invoke(Promise source);
}

/// <summary>A function that takes an exception and returns nothing; on_failure and dont_wait call it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IFailureEffect
{
    /// <summary>Calls the function with the exception of a rejected promise.</summary>
    void Invoke(Exception reason);
}

/// <summary>Makes a front's own list from an array; all, nchoose and npick return such a list.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IListMaker<T, TList>
{
    /// <summary>Makes the list from the values; it may keep the array.</summary>
    TList Make(T[] values);
}

/// <summary>Makes the result of nchoose_split: the values, and the promises that are still pending.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ISplitMaker<T, TSplit>
{
    /// <summary>Makes the result from the values and the pending promises; it may keep the arrays.</summary>
    TSplit Make(T[] values, Promise<T>[] pending);
}

/// <summary>Makes the result of both from its two values.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IPairMaker<TFirst, TSecond, T>
{
    /// <summary>Makes the result from the two values.</summary>
    T Make(TFirst first, TSecond second);
}
