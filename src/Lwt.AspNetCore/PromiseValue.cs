using System.Diagnostics.CodeAnalysis;
using Lwt.Core;
using Microsoft.AspNetCore.Http;

namespace Lwt.AspNetCore;

/// <summary>Waits for a promise of a type that is known only at run time, and returns the value for the response.</summary>
internal abstract class PromiseValue
{
    private static readonly Nothing s_nothing = new();

    internal abstract Promise<object?> Wait(Promise promise);

    /// <summary>What waits for the promises that a handler returns; null if it returns none.</summary>
    [RequiresDynamicCode("Makes code for the type of each promise's value.")]
    [RequiresUnreferencedCode("Finds the type of each promise's value by reflection.")]
    internal static PromiseValue? Of(Type returned)
    {
        if (!typeof(Promise).IsAssignableFrom(returned))
            return null;
        var type = returned;
        while (type is not null && !(type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Promise<>)))
            type = type.BaseType;
        var value = type?.GetGenericArguments()[0];
        return value is null || value == typeof(Unit) || value.FullName == "Microsoft.FSharp.Core.Unit"
            ? s_nothing
            : (PromiseValue)Activator.CreateInstance(typeof(Value<>).MakeGenericType(value))!;
    }

    private sealed class Nothing : PromiseValue
    {
        internal override async Promise<object?> Wait(Promise promise)
        {
            await promise;
            return Results.Empty;
        }
    }

    private sealed class Value<T> : PromiseValue
    {
        internal override async Promise<object?> Wait(Promise promise) => await (Promise<T>)promise;
    }
}
