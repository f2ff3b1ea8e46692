using System.Net;
using System.Text;

namespace Lwt.Core.Tests.Examples;

/// <summary>The examples in the documentation of channels, compiled and run.</summary>
public class ChannelExamples
{
    [Fact]
    public void InputChannelExample() =>
        Fresh.Async(async () =>
        {
            var lines = new List<string>();
            // example: InputChannel
            await using var input = InputChannel.Of(Encoding.UTF8.GetBytes("one\ntwo\n"));
            while (await input.ReadLine() is { } line)
                lines.Add(line);
            // end
            Assert.Equal(["one", "two"], lines);
        });

    [Fact]
    public void AtomicExample() =>
        Fresh.Async(async () =>
        {
            var input = Channels.Input("one\ntwo\n");
            // example: InputChannel.Atomic
            var pair = await input.Atomic(async block => (await block.ReadLine(), await block.ReadLine()));
            // end
            Assert.Equal(("one", "two"), pair);
        });

    [Fact]
    public void OutputChannelExample() =>
        Fresh.Async(async () =>
        {
            var stream = new MemoryStream();
            await Write();
            Assert.Equal("one\n\0\0\0\u0002", Encoding.UTF8.GetString(stream.ToArray()));

            async Promise Write()
            {
                // example: OutputChannel
                await using var output = OutputChannel.Of(stream);
                await output.WriteLine("one");
                await output.WriteInt32BigEndian(2);
                // end
            }
        });

    [Fact]
    public void ServerAndConnectionExample() =>
        PortChannelTests.Run(async () =>
        {
            // example: ChannelServer
            await using var server = ChannelServer.Start(
                new IPEndPoint(IPAddress.Loopback, 0),
                async client =>
                {
                    while (await client.Input.ReadLine() is { } line)
                        await client.Output.WriteLine(line);
                }
            );
            // end
            Assert.Equal("hello", await Ask(server.LocalEndPoint));

            static async Promise<string?> Ask(EndPoint address)
            {
                // example: ChannelConnection
                await using var connection = await ChannelConnection.Open(address);
                await connection.Output.WriteLine("hello");
                var answer = await connection.Input.ReadLine();
                // end
                return answer;
            }
        });
}
