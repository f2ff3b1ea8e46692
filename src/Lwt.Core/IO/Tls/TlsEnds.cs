using System.Net.Security;

namespace Lwt.Core;

/// <summary>Reads from a TLS connection.</summary>
internal sealed class TlsSource(SslStream tls, PortStream raw, TlsLink link) : DotNetSource(tls, leaveOpen: true)
{
    private bool _ended;

    internal override Promise Close() => link.CloseInput();

    private protected override Promise<int> Follow(ValueTask<int> reading) =>
        Check(raw.Unwrap(LoopTask.Follow(reading)));

    /// <summary>
    /// .NET's stream tells the end of TLS and that of the connection below it alike, unless a record was cut. Only the first is
    /// an end: who cuts the connection could also have cut off what was still to come.
    /// </summary>
    private async Promise<int> Check(Promise<int> reading)
    {
        int count;
        try
        {
            count = await reading;
        }
        catch (IOException e) when (raw.HasEnded && !_ended)
        {
            throw new TlsTruncatedException(e);
        }
        if (count == 0 && !_ended)
            _ended = !raw.HasEnded ? true : throw new TlsTruncatedException(null);
        return count;
    }
}

/// <summary>Writes to a TLS connection.</summary>
internal sealed class TlsSink(SslStream tls, PortStream raw, TlsLink link) : DotNetSink(tls, leaveOpen: true)
{
    internal override Promise Close() => link.CloseOutput();

    private protected override Promise Follow(ValueTask writing) => raw.Unwrap(LoopTask.Follow(writing).AsUnit());
}

/// <summary>Closes a TLS connection. First it tells the peer that this is the end, unless something was not written out.</summary>
internal sealed class TlsLink(Port port, SslStream tls) : PortLink(port)
{
    // For a peer that does not read.
    private static readonly TimeSpan s_mostForNotice = TimeSpan.FromSeconds(1);

    private Promise? _closing;

    // Null until the peer is told that no more comes.
    private Promise? _notice;

    /// <summary>Tells the peer that no more comes, after what was written is out.</summary>
    internal async Promise EndOutput()
    {
        if (Output is not null)
            await Output.Flush();
        await SendNotice();
    }

    private protected override Promise ClosePort() => _closing ??= Output is { IsCut: true } ? Cut() : Notify();

    private Promise SendNotice() => _notice ??= LoopTask.Follow(tls.ShutdownAsync());

    private Promise<Unit> Cut()
    {
        _ = base.ClosePort();
        tls.Dispose();
        return Completed<Unit>.Default;
    }

    private async Promise Notify()
    {
        try
        {
            await Promise.Pick(SendNotice().AsUnit(), Promise.Sleep(s_mostForNotice).AsUnit());
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            // The connection has ended already, or a write is under way that does not end.
        }
        await Cut();
    }
}
