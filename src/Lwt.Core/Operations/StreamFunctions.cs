using System.ComponentModel;

namespace Lwt.Core.CompilerServices;

// The functions, options and results of a front, as the structs that the operations on streams take (see Steps.cs).

/// <summary>A front's function of one argument, as a struct.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IFunction<TArgument, TResult>
{
    /// <summary>Calls the function with its argument.</summary>
    TResult Invoke(TArgument argument);
}

/// <summary>A front's function of two arguments, as a struct.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IFunction<TFirst, TSecond, TResult>
{
    /// <summary>Calls the function with its arguments.</summary>
    TResult Invoke(TFirst first, TSecond second);
}

/// <summary>The option type of a front: how to make its values and to read them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IOptions<T, TOption>
{
    /// <summary>Returns an option that holds a value.</summary>
    TOption Some(T value);

    /// <summary>Returns an option that holds none.</summary>
    TOption None();

    /// <summary>Converts an option to the core's type.</summary>
    Maybe<T> ToMaybe(TOption option);
}

/// <summary>A front's own type for a value or an exception.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IResults<T, TResult>
{
    /// <summary>Returns a result that holds a value.</summary>
    TResult Ok(T value);

    /// <summary>Returns a result that holds an exception.</summary>
    TResult Error(Exception reason);
}

/// <summary>The core's own option type, <see cref="Maybe{T}"/>, as the type of a front.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct MaybeOptions<T> : IOptions<T, Maybe<T>>
{
    /// <inheritdoc/>
    public Maybe<T> Some(T value) => new(value);

    /// <inheritdoc/>
    public Maybe<T> None() => default;

    /// <inheritdoc/>
    public Maybe<T> ToMaybe(Maybe<T> option) => option;
}
