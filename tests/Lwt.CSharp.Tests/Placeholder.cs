namespace Lwt.CSharp.Tests;

public class Placeholder
{
    [Fact]
    public void Suite_Empty_Runs() => Assert.Equal(4, 2 + 2);
}
