using System.Diagnostics.CodeAnalysis;
using Lwt.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Lwt.AspNetCore;

/// <summary>Lets handlers of endpoints return promises.</summary>
public static class PromiseEndpointExtensions
{
    /// <summary>
    /// Calls the handlers of an endpoint, or of all endpoints of a group, on the loop, and waits for the promises that they
    /// return: the response is the promise's value, or empty if it has none.
    /// </summary>
    /// <remarks>
    /// A handler that has a parameter from the body needs this to begin on the loop, for the body may have come on another
    /// thread.
    /// </remarks>
    [RequiresDynamicCode("Makes code for the type of each promise's value.")]
    [RequiresUnreferencedCode("Finds the type of each promise's value by reflection.")]
    public static TBuilder WithPromises<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilterFactory(
            static (context, next) =>
            {
                var loop =
                    context.ApplicationServices.GetService<LwtLoop>()
                    ?? throw new InvalidOperationException(
                        "WithPromises: this host has no Lwt loop. Call builder.WebHost.UseLwt() before builder.Build()."
                    );
                var read = PromiseValue.Of(context.MethodInfo.ReturnType);
                return invocation => Invoke(loop, next, read, invocation);
            }
        );

    private static async ValueTask<object?> Invoke(
        LwtLoop loop,
        EndpointFilterDelegate next,
        PromiseValue? read,
        EndpointFilterInvocationContext invocation
    )
    {
        await loop.SwitchTo();
        var result = await next(invocation);
        return read is not null && result is Promise promise ? await read.Wait(promise) : result;
    }
}
