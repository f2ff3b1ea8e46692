namespace Lwt.Core.Tests;

public class PromiseSwitchTests
{
    [Fact]
    public void With_Pending_ThenFulfilled_TurnsOffFirst()
    {
        var called = false;
        var (body, resolver) = Promise.Create<int>();
        var result = PromiseSwitch.With(it =>
        {
            it.AddHook(() =>
            {
                called = true;
                return Promise.Return();
            });
            return body;
        });
        Assert.False(called);
        resolver.Fulfill(1);
        Assert.True(called);
        Assert.True(result.IsFulfilled);
    }

    [Fact]
    public void AddHook_Off_Throws_AddHookOrExecute_Calls()
    {
        var it = new PromiseSwitch();
        Assert.True(it.TurnOff().IsFulfilled);
        Assert.False(it.IsOn);
        Assert.Throws<SwitchOffException>(() => it.AddHook(Promise.Return));
        Assert.Throws<SwitchOffException>(it.Check);
        var called = false;
        it.AddHookOrExecute(() =>
        {
            called = true;
            return Promise.Return();
        });
        Assert.True(called);
    }

    [Fact]
    public void With_WithoutValue_BodyThrows_TurnsOff()
    {
        PromiseSwitch? kept = null;
        Func<PromiseSwitch, Promise> body = it =>
        {
            kept = it;
            throw new TimeoutException();
        };
        Assert.IsType<TimeoutException>(PromiseSwitch.With(body).Exception);
        Assert.False(kept!.IsOn);
    }
}
