using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Lwt.Core;

public sealed partial class ChannelConnection
{
    // Null if the connection is not one of TLS.
    private TlsLink? _tlsLink;

    /// <summary>What was agreed on with the peer; null if the connection is not one of TLS.</summary>
    public TlsSession? Tls { get; private init; }

    /// <summary>
    /// Connects to a host by name, and begins TLS. The certificate of the server must be valid for the name.
    /// </summary>
    /// <param name="host">A name, or an address as text.</param>
    /// <param name="port">The port.</param>
    /// <param name="configure">Changes what the defaults are not right for, such as ALPN or client certificates.</param>
    /// <param name="options">The options of the channels.</param>
    /// <remarks>
    /// Cancelling the promise closes the connection. Revocation is not checked, and no certificates are downloaded, for both
    /// would block the loop.
    /// </remarks>
    /// <example>
    /// A server whose certificate is signed by a root of one's own:
    /// <code>
    /// await using var connection = await ChannelConnection.OpenTls(
    ///     host,
    ///     port,
    ///     tls =&gt;
    ///     {
    ///         tls.CertificateChainPolicy!.TrustMode = X509ChainTrustMode.CustomRootTrust;
    ///         tls.CertificateChainPolicy.CustomTrustStore.Add(root);
    ///     }
    /// );
    /// await connection.Output.WriteLine("hello");
    /// var answer = await connection.Input.ReadLine();
    /// </code>
    /// </example>
    public static Promise<ChannelConnection> OpenTls(
        string host,
        int port,
        Action<SslClientAuthenticationOptions>? configure = null,
        ChannelOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(host);
        var tls = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            CertificateChainPolicy = new()
            {
                DisableCertificateDownloads = true,
                RevocationMode = X509RevocationMode.NoCheck,
            },
        };
        configure?.Invoke(tls);
        return ConnectTls(host, port, tls, options);
    }

    /// <summary>Begins TLS as the client of a connected port. If that fails, or is cancelled, the port is closed.</summary>
    public static Promise<ChannelConnection> OpenTls(
        Port port,
        SslClientAuthenticationOptions tls,
        ChannelOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(port);
        ArgumentNullException.ThrowIfNull(tls);
        return BeginTls(port, stream => stream.AuthenticateAsClientAsync(tls), options);
    }

    /// <summary>Begins TLS as the server of a connected port. If that fails, or is cancelled, the port is closed.</summary>
    public static Promise<ChannelConnection> AcceptTls(
        Port port,
        SslServerAuthenticationOptions tls,
        ChannelOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(port);
        ArgumentNullException.ThrowIfNull(tls);
        return BeginTls(port, stream => stream.AuthenticateAsServerAsync(tls), options);
    }

    /// <summary>
    /// Writes out what is there, and tells the peer that no more comes (close_notify). What the peer sends can still be read.
    /// Only a connection that closes one direction before the other needs it: closing does this too.
    /// </summary>
    /// <exception cref="InvalidOperationException">The connection is not one of TLS.</exception>
    public Promise ShutdownTls()
    {
        Output.Enter();
        return _tlsLink?.EndOutput() ?? throw new InvalidOperationException("The connection is not one of TLS.");
    }

    private static async Promise<ChannelConnection> ConnectTls(
        string host,
        int port,
        SslClientAuthenticationOptions tls,
        ChannelOptions? options
    ) => await OpenTls((await PromiseSocket.Connect(host, port)).Port, tls, options);

    private static async Promise<ChannelConnection> BeginTls(
        Port port,
        Func<SslStream, Task> authenticate,
        ChannelOptions? options
    )
    {
        var raw = new PortStream(port, EventLoop.Current);
        var tls = new SslStream(raw);
        try
        {
            await LoopTask.Follow(authenticate(tls));
        }
        catch
        {
            port.Close();
            await tls.DisposeAsync();
            throw;
        }
        var link = new TlsLink(port, tls);
        var input = new InputChannel(new TlsSource(tls, raw, link), options);
        link.Output = new OutputChannel(new TlsSink(tls, raw, link), options);
        return new(port, input, link.Output) { Tls = new(tls), _tlsLink = link };
    }
}
