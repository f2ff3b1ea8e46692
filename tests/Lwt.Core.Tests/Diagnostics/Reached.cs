using System.Reflection;

namespace Lwt.Core.Tests;

/// <summary>Finds an object of a type of the library among those that an object leads to.</summary>
internal static class Reached
{
    /// <summary>The first of a type of this name, one of whose type arguments is named so if that matters; or null.</summary>
    internal static object? By(object root, string kind, string argument = "")
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance) { root };
        var next = new Queue<object>(seen);
        while (next.TryDequeue(out var at) && seen.Count < 10_000)
        {
            var type = at.GetType();
            if (type.Name == kind && HasArgument(type, argument))
                return at;
            foreach (var value in Values(at, type))
                if (value is not null && IsOfLibrary(value.GetType()) && seen.Add(value))
                    next.Enqueue(value);
        }
        return null;
    }

    // The driver leads to everything.
    private static bool IsOfLibrary(Type type) =>
        (type.GetElementType() ?? type).Assembly == typeof(Promise).Assembly
        && type.Name is not ("Driver" or "EventLoop");

    private static IEnumerable<object?> Values(object at, Type type)
    {
        if (at is Array array)
            return array.Cast<object?>();
        return Bases(type)
            .SelectMany(t =>
                t.GetFields(
                    BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
                )
            )
            .Where(field => !field.FieldType.IsPrimitive && !field.FieldType.IsByRefLike && !field.FieldType.IsPointer)
            .Select(field => field.GetValue(at));
    }

    private static bool HasArgument(Type type, string argument) =>
        argument.Length == 0 || type.GetGenericArguments().Any(a => a.Name == argument);

    private static IEnumerable<Type> Bases(Type type)
    {
        for (var at = type; at is not null && at != typeof(object); at = at.BaseType)
            yield return at;
    }
}
