using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Lwt.Core;

/// <summary>What the two ends of a TLS connection have agreed on.</summary>
public sealed class TlsSession
{
    internal TlsSession(SslStream tls)
    {
        Protocol = tls.SslProtocol;
        CipherSuite = tls.NegotiatedCipherSuite;
        ApplicationProtocol = tls.NegotiatedApplicationProtocol;
        ServerName = tls.TargetHostName;
        RemoteCertificate = tls.RemoteCertificate as X509Certificate2;
    }

    /// <summary>The version of TLS.</summary>
    public SslProtocols Protocol { get; }

    /// <summary>How the connection is encrypted.</summary>
    public TlsCipherSuite CipherSuite { get; }

    /// <summary>The protocol inside, chosen by ALPN; empty if none was.</summary>
    public SslApplicationProtocol ApplicationProtocol { get; }

    /// <summary>The name by which the client called the server (SNI); empty if by none.</summary>
    public string ServerName { get; }

    /// <summary>The certificate of the peer; null if it has shown none.</summary>
    public X509Certificate2? RemoteCertificate { get; }
}
