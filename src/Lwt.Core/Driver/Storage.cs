namespace Lwt.Core;

/// <summary>
/// The values of keys that callbacks capture: an immutable list with one entry for each key. The empty list is null, so
/// programs without keys pay nothing.
/// </summary>
internal abstract class Storage(object key, Storage? rest)
{
    internal readonly object Key = key;
    internal readonly Storage? Rest = rest;

    internal abstract Storage Onto(Storage? rest);

    internal static Storage? Without(Storage? storage, object key)
    {
        if (storage is null || !Contains(storage, key))
            return storage;
        // No recursion: there may be a key for each of a million nested promises.
        var above = new Stack<Storage>();
        for (; !ReferenceEquals(storage!.Key, key); storage = storage.Rest)
            above.Push(storage);
        var result = storage.Rest;
        while (above.TryPop(out var entry))
            result = entry.Onto(result);
        return result;
    }

    private static bool Contains(Storage? storage, object key)
    {
        for (; storage is not null; storage = storage.Rest)
            if (ReferenceEquals(storage.Key, key))
                return true;
        return false;
    }

    internal sealed class Entry<T>(object key, T value, Storage? rest) : Storage(key, rest)
    {
        internal readonly T Value = value;

        internal override Storage Onto(Storage? rest) => new Entry<T>(Key, Value, rest);
    }
}

/// <summary>
/// A key for a value that follows the callbacks, as AsyncLocal does for Tasks: code inside
/// <see cref="With{TResult}(T, Func{TResult})"/> sees the value, and so does every callback that this code attaches,
/// whenever it runs. OCaml: <c>'a Lwt.key</c>, created by <c>Lwt.new_key</c>.
/// </summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <example>
/// <code>
/// var user = new PromiseKey&lt;string>();
/// async Promise Handle()
/// {
///     await Promise.Sleep(TimeSpan.FromSeconds(1));
///     if (user.TryGet(out var name)) // the value that was set where Handle was called
///         log.Add(name);
/// }
/// await Promise.Join(user.With("Ann", Handle), user.With("Bob", Handle));
/// </code>
/// </example>
public sealed class PromiseKey<T>
{
    /// <summary>Reads the value that is set for the code or callback that runs now. OCaml: <c>Lwt.get</c>.</summary>
    /// <returns>False if no value is set.</returns>
    public bool TryGet([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value)
    {
        for (var entry = Driver.Current.Storage; entry is not null; entry = entry.Rest)
            if (ReferenceEquals(entry.Key, this))
            {
                value = ((Storage.Entry<T>)entry).Value;
                return true;
            }
        value = default;
        return false;
    }

    /// <summary>
    /// Calls <paramref name="function"/> with the key set to <paramref name="value"/> and returns its result;
    /// afterwards the key has its previous value. OCaml: <c>Lwt.with_value key (Some v)</c>.
    /// </summary>
    public TResult With<TResult>(T value, Func<TResult> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        var driver = Driver.Current;
        var saved = driver.Storage;
        driver.Loop.UsesStorage = true;
        driver.Storage = new Storage.Entry<T>(this, value, Storage.Without(saved, this));
        try
        {
            return function();
        }
        finally
        {
            driver.Storage = saved;
        }
    }

    /// <summary>
    /// Calls <paramref name="function"/> with the key unset and returns its result; afterwards the key has its previous
    /// value. OCaml: <c>Lwt.with_value key None</c>.
    /// </summary>
    public TResult Without<TResult>(Func<TResult> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        var driver = Driver.Current;
        var saved = driver.Storage;
        driver.Storage = Storage.Without(saved, this);
        try
        {
            return function();
        }
        finally
        {
            driver.Storage = saved;
        }
    }
}
