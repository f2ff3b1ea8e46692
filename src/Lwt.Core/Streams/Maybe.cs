using System.Diagnostics.CodeAnalysis;

namespace Lwt.Core;

/// <summary>A value or none. Streams return one for each element, and none at the end. OCaml: <c>option</c>.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public readonly struct Maybe<T> : IEquatable<Maybe<T>>
{
    private readonly T _value;

    /// <summary>Creates a value.</summary>
    public Maybe(T value)
    {
        _value = value;
        HasValue = true;
    }

    /// <summary>No value.</summary>
    public static Maybe<T> None => default;

    /// <summary>Whether there is a value.</summary>
    public bool HasValue { get; }

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public T Value =>
        HasValue
            ? _value
            : throw new InvalidOperationException("Maybe.Value of none: ask HasValue or TryGetValue first.");

    /// <summary>
    /// Returns whether there is a value, and the value: <c>while ((await stream.Get()).TryGetValue(out var
    /// element))</c>.
    /// </summary>
    public bool TryGetValue([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return HasValue;
    }

    /// <inheritdoc/>
    public bool Equals(Maybe<T> other) =>
        HasValue == other.HasValue && EqualityComparer<T>.Default.Equals(_value, other._value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Maybe<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HasValue ? _value?.GetHashCode() ?? 1 : 0;

    /// <inheritdoc/>
    public override string ToString() => HasValue ? $"Some({_value})" : "None";

    /// <summary>Whether both hold equal values, or both hold none.</summary>
    public static bool operator ==(Maybe<T> left, Maybe<T> right) => left.Equals(right);

    /// <summary>Whether they are not equal.</summary>
    public static bool operator !=(Maybe<T> left, Maybe<T> right) => !left.Equals(right);

    /// <summary>Creates a value.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "The constructor does it by name.")]
    public static implicit operator Maybe<T>(T value) => new(value);
}
