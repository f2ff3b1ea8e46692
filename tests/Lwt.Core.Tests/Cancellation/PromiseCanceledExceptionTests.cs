namespace Lwt.Core.Tests;

/// <summary>
/// What users see in place of the exception that all cancelled promises share, and which other exceptions count as
/// cancellation.
/// </summary>
public class PromiseCanceledExceptionTests
{
    public static TheoryData<string, Action<Promise<int>, Action<Exception>>> Handlers =>
        new()
        {
            { "catch", (p, see) => Promise.Catch(() => p, e => See(see, e, Promise.Return(0))) },
            { "catch of unit", (p, see) => Promise.Catch(() => (Promise)p, e => See(see, e, Promise.Return())) },
            { "try_bind", (p, see) => Promise.TryBind(() => p, Promise.Return, e => See(see, e, Promise.Return(0))) },
            { "on_failure", (p, see) => p.OnFailure(see) },
            { "on_any", (p, see) => p.OnAny(_ => { }, see) },
            { "dont_wait", (p, see) => Promise.FireAndForget(() => p, see) },
            { "the Exception property", (p, see) => p.OnTermination(() => see(p.Exception!)) },
            { "await", (p, see) => Await(p, see) },
        };

    [Theory]
    [MemberData(nameof(Handlers))]
    public void Handler_OfACancelledPromise_GetsAnExceptionOfItsOwn(
        string name,
        Action<Promise<int>, Action<Exception>> attach
    ) =>
        Fresh.Run(() =>
        {
            var seen = new List<Exception>();
            for (var i = 0; i < 2; i++)
            {
                var (pending, _) = Promise.CreateCancelable<int>();
                attach(pending, seen.Add);
                pending.Cancel();
                attach(pending, seen.Add);
            }
            Assert.Equal(4, seen.Count);
            Assert.All(seen, e => Assert.IsType<PromiseCanceledException>(e));
            Assert.False(ReferenceEquals(seen[0], seen[2]), name);
            Assert.False(ReferenceEquals(seen[1], seen[3]), name);
        });

    [Theory]
    [MemberData(nameof(Handlers))]
    public void Rethrow_OfWhatAHandlerGot_LeavesTheTracesOfOtherPromisesAlone(
        string name,
        Action<Promise<int>, Action<Exception>> attach
    ) =>
        Fresh.Run(() =>
        {
            var last = "";
            for (var i = 0; i < 200; i++)
            {
                var (pending, _) = Promise.CreateCancelable<int>();
                attach(
                    pending,
                    e =>
                    {
                        try
                        {
                            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e);
                        }
                        catch (PromiseCanceledException caught)
                        {
                            last = caught.StackTrace!;
                        }
                    }
                );
                pending.Cancel();
            }
            Assert.True(last.Length is > 0 and < 10_000, $"{name}: a trace of {last.Length} characters");
        });

    [Fact]
    public void Exception_OfACancelledPromise_IsTheSameEachTime() =>
        Fresh.Run(() =>
        {
            var (promise, _) = Promise.CreateCancelable<int>();
            promise.Cancel();
            Assert.Same(promise.Exception, promise.Exception);
        });

    [Fact]
    public void IsCanceled_RejectedWithAnyOperationCanceledException_IsTrue() =>
        Fresh.Run(() =>
        {
            using var source = new CancellationTokenSource();
            source.Cancel();
            var reasons = new Exception[]
            {
                new PromiseCanceledException(),
                new OperationCanceledException(source.Token),
                new TaskCanceledException(),
            };
            foreach (var reason in reasons)
            {
                var promise = Promise.Fail<int>(reason);
                Assert.True(promise.IsCanceled);
                Expect.Rejected(reason, promise);
                var told = false;
                promise.OnCancel(() => told = true);
                Assert.True(told);
            }
            Assert.False(Promise.Fail(new BoomException()).IsCanceled);
        });

    [Fact]
    public void OnCancel_Pending_ThenRejectedWithAnotherOperationCanceledException_IsCalled() =>
        Fresh.Run(() =>
        {
            var (promise, resolver) = Promise.Create<int>();
            var told = false;
            promise.OnCancel(() => told = true);
            resolver.Reject(new TaskCanceledException());
            Assert.True(told);
            // As after a cancellation, resolving the promise later does nothing.
            resolver.Fulfill(1);
            Assert.True(promise.IsCanceled);
        });

    [Fact]
    public void Await_OfACancelledTask_KeepsTheToken() =>
        Fresh.Async(async () =>
        {
            using var source = new CancellationTokenSource();
            source.Cancel();
            var method = Method(source.Token);
            try
            {
                await method;
                Assert.Fail("not cancelled");
            }
            catch (OperationCanceledException e) when (e.CancellationToken == source.Token) { }
            Assert.True(method.IsCanceled);
        });

    private static async Promise Method(CancellationToken token) => await Task.FromCanceled(token);

    private static async void Await(Promise<int> promise, Action<Exception> see)
    {
        try
        {
            await promise;
        }
        catch (Exception e)
        {
            see(e);
        }
    }

    private static T See<T>(Action<Exception> see, Exception seen, T result)
    {
        see(seen);
        return result;
    }
}
