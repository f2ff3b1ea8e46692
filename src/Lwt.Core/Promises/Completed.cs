namespace Lwt.Core;

/// <summary>Fulfilled promises. Where the value is always the same, one promise serves all uses.</summary>
internal static class Completed<T>
{
    /// <summary>Fulfilled with the type's default value, which is the value of a unit type of C# or F#.</summary>
    internal static readonly Promise<T> Default = new(default(T)!);

    /// <summary>Fulfilled with a value. Null (F#'s unit and None) and C#'s unit share one promise.</summary>
    internal static Promise<T> Of(T value) =>
        value is null || typeof(T) == typeof(Unit) ? Default : new Promise<T>(value);
}
