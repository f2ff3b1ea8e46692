namespace Lwt.Core.Tests;

public class SequenceTests
{
    [Fact]
    public void Remove_WhileWalking_MeetsEachThatIsLeft()
    {
        var sequence = new Sequence<int>();
        var nodes = Enumerable.Range(1, 4).Select(sequence.AddRight).ToList();
        var met = new List<int>();
        foreach (var node in sequence.NodesFromLeft())
        {
            met.Add(node.Value);
            node.Remove();
            nodes[2].Remove();
        }
        Assert.Equal([1, 2, 4], met);
        Assert.True(sequence.IsEmpty);
        Assert.False(sequence.TryTakeLeft(out _));
    }

    [Fact]
    public void Transfer_BothEnds_KeepsTheOrder()
    {
        var (source, target) = (new Sequence<int>(), new Sequence<int>());
        source.AddRight(1);
        source.AddRight(2);
        target.AddRight(3);
        source.TransferLeft(target);
        Assert.Equal([1, 2, 3], target);
        Assert.Equal(3, target.CountNodes());
        Assert.Empty(source);
    }
}
