using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Lwt.AspNetCore;

/// <summary>Puts a web host on an Lwt loop.</summary>
public static class LwtWebHostBuilderExtensions
{
    /// <summary>
    /// Has Kestrel read and write by an <see cref="LwtLoop"/>, and requests handled on it, so that handlers may use
    /// promises. The loop ends when the host is disposed.
    /// </summary>
    public static IWebHostBuilder UseLwt(this IWebHostBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureServices(services =>
        {
            services.TryAddSingleton<LwtLoop>();
            // Kestrel asks the one that was added last first.
            services.AddSingleton<IConnectionListenerFactory, PortListenerFactory>();
            services.TryAddEnumerable(ServiceDescriptor.Transient<IStartupFilter, OnLoopFilter>());
        });
    }

    /// <inheritdoc cref="UseLwt(IWebHostBuilder)"/>
    public static IWebHostBuilder UseLwt(this IWebHostBuilder builder, Action<LwtOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return builder.UseLwt().ConfigureServices(services => services.Configure(configure));
    }
}
