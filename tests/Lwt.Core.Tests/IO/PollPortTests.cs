namespace Lwt.Core.Tests;

/// <summary>The ports of an engine as users write them pass what those of the others do.</summary>
public class PollPortTests : SystemPortContract
{
    private protected override IEngine MakeEngine() => new PollEngine();
}
