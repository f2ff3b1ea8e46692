using System.ComponentModel;

namespace Lwt.Core.CompilerServices;

// What the operations on streams are generic in: a front's functions, options and results, as structs (see Steps.cs).

/// <summary>A function of one argument.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IFunction<TArgument, TResult>
{
    /// <summary>Calls the function.</summary>
    TResult Invoke(TArgument argument);
}

/// <summary>A function of two arguments.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IFunction<TFirst, TSecond, TResult>
{
    /// <summary>Calls the function.</summary>
    TResult Invoke(TFirst first, TSecond second);
}

/// <summary>A front's own option type.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IOptions<T, TOption>
{
    /// <summary>An option with a value.</summary>
    TOption Some(T value);

    /// <summary>The option without.</summary>
    TOption None();

    /// <summary>The same, in the core's type.</summary>
    Maybe<T> ToMaybe(TOption option);
}

/// <summary>A front's own type of a value or an exception.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IResults<T, TResult>
{
    /// <summary>A value.</summary>
    TResult Ok(T value);

    /// <summary>An exception.</summary>
    TResult Error(Exception reason);
}

/// <summary>The core's own option type.</summary>
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
