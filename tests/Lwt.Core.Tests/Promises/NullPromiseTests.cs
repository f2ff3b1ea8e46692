namespace Lwt.Core.Tests;

/// <summary>
/// A callback that returns null instead of a promise: the error says so, and is never a NullReferenceException.
/// </summary>
public class NullPromiseTests
{
    public static TheoryData<string> Operations => [.. s_operations.Keys];

    // Each makes its promise from a source that may be pending.
    private static readonly Dictionary<string, Func<Promise<int>, Promise>> s_operations = new()
    {
        ["Bind of a value"] = p => p.Bind(_ => (Promise<int>)null!),
        ["Bind of a value, without value"] = p => p.Bind(_ => (Promise)null!),
        ["Bind"] = p => ((Promise)p).Bind(() => (Promise<int>)null!),
        ["Bind, without value"] = p => ((Promise)p).Bind(() => (Promise)null!),
        ["Catch's handler"] = p => Promise.Catch(() => Failed(p), _ => (Promise<int>)null!),
        ["Catch's handler, without value"] = p => Promise.Catch(() => (Promise)Failed(p), _ => (Promise)null!),
        ["TryBind's function"] = p => Promise.TryBind(() => p, _ => (Promise<int>)null!, Promise.Fail<int>),
        ["TryBind's handler"] = p => Promise.TryBind(() => Failed(p), Promise.Return, _ => (Promise<int>)null!),
        ["Finalize's finalizer"] = p => Promise.Finalize(() => p, () => null!),
        ["Finalize's finalizer, without value"] = p => Promise.Finalize(() => (Promise)p, () => null!),
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public void Callback_OfAResolvedPromise_Throws(string operation) =>
        Fresh.Run(() => AssertSaysSo(Record.Exception(() => s_operations[operation](Promise.Return(1)))));

    [Theory]
    [MemberData(nameof(Operations))]
    public void Callback_OfAPendingPromise_Rejects(string operation) =>
        Fresh.Run(() =>
        {
            var (source, resolver) = Promise.Create<int>();
            var result = s_operations[operation](source);
            resolver.Fulfill(1);
            AssertSaysSo(result.Exception);
        });

    [Fact]
    public void Body_Rejects() =>
        Fresh.Run(() =>
        {
            AssertSaysSo(Promise.Apply(() => (Promise<int>)null!).Exception);
            Exception? caught = null;
            Promise.Catch(
                () => (Promise)null!,
                e =>
                {
                    caught = e;
                    return Promise.Return();
                }
            );
            AssertSaysSo(caught);
            Promise.FireAndForget(() => null!, e => caught = e);
            AssertSaysSo(caught);
            AssertSaysSo(Assert.Single(Fresh.WithHook(() => Promise.FireAndForget(() => null!))));
        });

    [Fact]
    public void Argument_OfNull_Throws() =>
        Fresh.Run(() =>
        {
            Assert.Throws<ArgumentNullException>(() => Promise.Join(Promise.Return(), null!));
            Assert.Throws<ArgumentNullException>(() => Promise.All(Promise.Return(1), null!));
            Assert.Throws<ArgumentNullException>(() => Promise.Both(Promise.Return(1), (Promise<int>)null!));
            Assert.Throws<ArgumentNullException>(() => Promise.Choose(Promise.Return(1), null!));
            Assert.Throws<ArgumentNullException>(() => Promise.Pick(Promise.Return(1), null!));
            Assert.Throws<ArgumentNullException>(() => Promise.Return(1).Bind((Func<int, Promise<int>>)null!));
            Assert.Throws<ArgumentNullException>(() => EventLoop.Run((Promise)null!));
        });

    private static Promise<int> Failed(Promise<int> p) => p.Map<int>(_ => throw new BoomException());

    private static void AssertSaysSo(Exception? error)
    {
        Assert.True(error is InvalidOperationException or ArgumentNullException, $"{error}");
        Assert.Contains("Promise.Return", error.Message, StringComparison.Ordinal);
    }
}
