namespace Lwt.Core.Tests.Synchronization;

public class PromiseScopeTests
{
    [Fact]
    public void Run_WorkFails_CancelsSiblingsAndSurfaces()
    {
        var sibling = Promise.CreateCancelable<int>().Promise;
        var (work, resolver) = Promise.Create<int>();
        var result = PromiseScope.Run(scope =>
        {
            scope.Start(() => sibling);
            scope.Start(() => work);
            return Promise.Return("body");
        });
        Assert.True(result.IsPending);
        var failure = new TimeoutException();
        resolver.Reject(failure);
        Assert.True(sibling.IsCanceled);
        Assert.Same(failure, result.Exception);
    }

    [Fact]
    public void Run_WithoutValue_Canceled_CancelsBodyAndWork()
    {
        var work = Promise.CreateCancelable<int>().Promise;
        Promise body = Promise.CreateCancelable<int>().Promise;
        var result = PromiseScope.Run(scope =>
        {
            scope.Start(() => (Promise)work);
            return body;
        });
        result.Cancel();
        Assert.True(work.IsCanceled);
        Assert.True(result.IsCanceled);
    }

    [Fact]
    public void Start_Ended_Throws()
    {
        PromiseScope? kept = null;
        PromiseScope.Run(scope =>
        {
            kept = scope;
            return Promise.Return();
        });
        Assert.Throws<InvalidOperationException>(() => kept!.Start(Promise.Return));
    }
}
