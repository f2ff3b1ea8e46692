using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Lwt.Core.Tests.Examples;

/// <summary>The example in the documentation of TLS, compiled and run.</summary>
public class TlsExamples
{
    [Fact]
    public void OpenTlsExample() =>
        PortChannelTests.Run(async () =>
        {
            using var root = Certificates.SelfSigned("localhost");
            await using var server = ChannelServer.Start(
                new IPEndPoint(IPAddress.Loopback, 0),
                async client => await client.Output.WriteLine(await client.Input.ReadLine() + ", you"),
                new() { Tls = new() { ServerCertificate = root } }
            );
            var (host, port) = ("127.0.0.1", ((IPEndPoint)server.LocalEndPoint).Port);
            Assert.Equal("hello, you", await Ask());

            async Promise<string?> Ask()
            {
                // example: ChannelConnection.OpenTls
                await using var connection = await ChannelConnection.OpenTls(
                    host,
                    port,
                    tls =>
                    {
                        tls.CertificateChainPolicy!.TrustMode = X509ChainTrustMode.CustomRootTrust;
                        tls.CertificateChainPolicy.CustomTrustStore.Add(root);
                    }
                );
                await connection.Output.WriteLine("hello");
                var answer = await connection.Input.ReadLine();
                // end
                return answer;
            }
        });
}
