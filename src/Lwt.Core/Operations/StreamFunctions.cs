using System.ComponentModel;

namespace Lwt.Core.CompilerServices;

// The type parameters of the stream operations: a front's functions, options and results, as structs (see Steps.cs).

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
    /// <summary>Makes an option with a value.</summary>
    TOption Some(T value);

    /// <summary>Makes the option without a value.</summary>
    TOption None();

    /// <summary>Converts an option to the core's type.</summary>
    Maybe<T> ToMaybe(TOption option);
}

/// <summary>A front's type for a value or an exception: how to make it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IResults<T, TResult>
{
    /// <summary>Makes a result with a value.</summary>
    TResult Ok(T value);

    /// <summary>Makes a result with an exception.</summary>
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
