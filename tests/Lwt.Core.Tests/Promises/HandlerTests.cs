namespace Lwt.Core.Tests;

/// <summary>Catch, TryBind and Finalize.</summary>
public class HandlerTests
{
    [Fact]
    public void Catch_BodyFulfilled_GivesItsPromise() =>
        Fresh.Run(() =>
        {
            var given = Promise.Return(1);
            Assert.Same(given, Promise.Catch(() => given, _ => Promise.Return(2)));
        });

    [Fact]
    public void Catch_BodyThrows_CallsTheHandler() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            Exception? seen = null;
            var caught = Promise.Catch<int>(
                () => throw boom,
                e =>
                {
                    seen = e;
                    return Promise.Return(2);
                }
            );
            Expect.Fulfilled(2, caught);
            Assert.Same(boom, seen);
        });

    [Fact]
    public void Catch_BodyRejected_HandlerThrows_ThrowsToTheCaller() =>
        Fresh.Run(() =>
            Assert.Throws<BoomException>(() =>
                Promise.Catch(() => Promise.Fail<int>(new ArgumentException("first")), _ => throw new BoomException())
            )
        );

    [Fact]
    public void Catch_BodyPending_ThenFulfilled_SkipsTheHandler() =>
        Fresh.Run(() =>
        {
            var (body, resolver) = Promise.Create<int>();
            var caught = Promise.Catch(() => body, _ => Promise.Return(-1));
            resolver.Fulfill(1);
            Expect.Fulfilled(1, caught);
        });

    [Fact]
    public void Catch_BodyPending_ThenRejected_GoesTheWayOfTheHandlersPromise() =>
        Fresh.Run(() =>
        {
            var (body, resolver) = Promise.Create<int>();
            var (handled, handledResolver) = Promise.Create<int>();
            var caught = Promise.Catch(() => body, _ => handled);
            resolver.Reject(new BoomException());
            Expect.Pending(caught);
            handledResolver.Fulfill(2);
            Expect.Fulfilled(2, caught);
        });

    [Fact]
    public void Catch_BodyPending_HandlerThrows_Rejects() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (body, resolver) = Promise.Create<int>();
            var caught = Promise.Catch(() => body, _ => throw boom);
            resolver.Reject(new ArgumentException("first"));
            Expect.Rejected(boom, caught);
        });

    [Fact]
    public void Catch_BodyPending_Canceled_HandlerSeesCanceled() =>
        Fresh.Run(() =>
        {
            var (body, _) = Promise.CreateCancelable<int>();
            var caught = Promise.Catch(() => body, e => Promise.Return(e is PromiseCanceledException ? 7 : 0));
            caught.Cancel();
            Expect.Canceled(body);
            Expect.Fulfilled(7, caught);
        });

    [Fact]
    public void Catch_Reentrant_HandlerCancelsTheResult_DoesNothing() =>
        Fresh.Run(() =>
        {
            var (body, resolver) = Promise.CreateCancelable<int>();
            Promise<int> caught = null!;
            caught = Promise.Catch(
                () => body,
                _ =>
                {
                    caught.Cancel();
                    return Promise.Return(3);
                }
            );
            resolver.Reject(new BoomException());
            Expect.Fulfilled(3, caught);
        });

    [Theory]
    [InlineData(false, false, "value 1")]
    [InlineData(true, false, "value 1")]
    [InlineData(false, true, "reason boom")]
    [InlineData(true, true, "reason boom")]
    public void TryBind_EitherOutcome_CallsTheOneFunction(bool pending, bool rejects, string expected) =>
        Fresh.Run(() =>
        {
            var (body, resolver) = Promise.Create<int>();
            if (!pending)
                Resolve(resolver, rejects);
            var result = Promise.TryBind(
                () => body,
                v => Promise.Return($"value {v}"),
                e => Promise.Return($"reason {e.Message}")
            );
            if (pending)
                Resolve(resolver, rejects);
            Expect.Fulfilled(expected, result);
        });

    [Fact]
    public void TryBind_Pending_FunctionOfTheValueThrows_RejectsPastTheHandler() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (body, resolver) = Promise.Create<int>();
            var handled = false;
            var result = Promise.TryBind<int, int>(
                () => body,
                _ => throw boom,
                _ =>
                {
                    handled = true;
                    return Promise.Return(0);
                }
            );
            resolver.Fulfill(1);
            Expect.Rejected(boom, result);
            Assert.False(handled);
        });

    [Fact]
    public void TryBind_BodyThrows_CallsTheHandler() =>
        Fresh.Run(() =>
            Expect.Fulfilled(
                9,
                Promise.TryBind<int, int>(() => throw new BoomException(), Promise.Return, _ => Promise.Return(9))
            )
        );

    [Fact]
    public void TryBind_Pending_Canceled_CallsTheHandler() =>
        Fresh.Run(() =>
        {
            var (body, _) = Promise.CreateCancelable<int>();
            var result = Promise.TryBind(
                () => body,
                Promise.Return,
                e => Promise.Return(e is PromiseCanceledException ? 4 : 0)
            );
            result.Cancel();
            Expect.Fulfilled(4, result);
        });

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Finalize_EitherOutcome_RunsTheFinalizerAndGivesTheOutcomeBack(bool pending, bool rejects) =>
        Fresh.Run(() =>
        {
            var (body, resolver) = Promise.Create<int>();
            var (end, endResolver) = Promise.Create<Unit>();
            var finalized = 0;
            if (!pending)
                Resolve(resolver, rejects);
            var result = Promise.Finalize(
                () => body,
                () =>
                {
                    finalized++;
                    return end;
                }
            );
            if (pending)
                Resolve(resolver, rejects);
            Expect.Pending(result);
            Assert.Equal(1, finalized);
            endResolver.Fulfill(default);
            if (rejects)
                Expect.Rejected(body.Exception!, result);
            else
                Expect.Fulfilled(1, result);
        });

    [Fact]
    public void Finalize_FinalizerRejects_TakesThePlaceOfTheOutcome() =>
        Fresh.Run(() =>
        {
            var boom = new BoomException();
            var (body, resolver) = Promise.Create<int>();
            var result = Promise.Finalize(() => body, () => Promise.Fail(boom));
            resolver.Reject(new ArgumentException("of the body"));
            Expect.Rejected(boom, result);
        });

    [Fact]
    public void Finalize_Canceled_RunsTheFinalizer() =>
        Fresh.Run(() =>
        {
            var (body, _) = Promise.CreateCancelable<int>();
            var finalized = false;
            var result = Promise.Finalize(
                () => body,
                () =>
                {
                    finalized = true;
                    return Promise.Return();
                }
            );
            result.Cancel();
            Assert.True(finalized);
            Expect.Canceled(result);
        });

    private static void Resolve(Resolver<int> resolver, bool rejects)
    {
        if (rejects)
            resolver.Reject(new BoomException());
        else
            resolver.Fulfill(1);
    }
}
