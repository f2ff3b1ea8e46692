namespace Lwt.Core;

/// <summary>Promises that are fulfilled already, made once for each type where the value is always the same.</summary>
internal static class Completed<T>
{
    /// <summary>Fulfilled with the type's default value, which for a unit type, C#'s or F#'s, is its value.</summary>
    internal static readonly Promise<T> Default = new(default(T)!);

    /// <summary>Fulfilled with a value; made once for null, which is F#'s unit and None, and for C#'s unit.</summary>
    internal static Promise<T> Of(T value) =>
        value is null || typeof(T) == typeof(Unit) ? Default : new Promise<T>(value);
}
