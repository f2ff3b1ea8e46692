using System.IO.Pipelines;

namespace Lwt.AspNetCore;

/// <summary>Two ends of pipes: what one side of a connection reads and writes.</summary>
internal sealed class DuplexPipe(PipeReader input, PipeWriter output) : IDuplexPipe
{
    public PipeReader Input => input;

    public PipeWriter Output => output;
}
