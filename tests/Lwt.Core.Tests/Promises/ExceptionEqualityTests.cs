namespace Lwt.Core.Tests;

/// <summary>
/// Exceptions that are constants in OCaml: each is equal to any other of its kind, and to nothing else.
/// </summary>
public class ExceptionEqualityTests
{
    public static TheoryData<Exception, Exception> Pairs =>
        new()
        {
            { new PromiseCanceledException(), new PromiseCanceledException("with a message of its own") },
            { new SwitchOffException(), new SwitchOffException("with a message of its own") },
            { new PromiseTimeoutException(), new PromiseTimeoutException("with a message of its own") },
            { new StreamClosedException(), new StreamClosedException() },
            { new StreamFullException(), new StreamFullException() },
            { new StreamEmptyException(), new StreamEmptyException() },
        };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Equals_SameKind_True(Exception one, Exception other)
    {
        Assert.True(one.Equals(other));
        Assert.True(other.Equals(one));
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Equals_AnotherKind_False(Exception one, Exception other)
    {
        foreach (Exception stranger in new Exception[] { new InvalidOperationException(), new TimeoutException() })
        {
            Assert.False(one.Equals(stranger));
            Assert.False(stranger.Equals(one));
        }
        Assert.False(other.Equals(null));
        var equal = Pairs.Select(pair => pair[0]).Count(one.Equals);
        Assert.Equal(1, equal);
    }

    [Fact]
    public void Equals_CanceledOfAPromise_True()
    {
        var (promise, _) = Promise.CreateCancelable<int>();
        promise.Cancel();
        Assert.True(new PromiseCanceledException().Equals(promise.Exception));
    }
}
