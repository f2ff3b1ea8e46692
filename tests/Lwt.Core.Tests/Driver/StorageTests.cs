namespace Lwt.Core.Tests;

public class StorageTests
{
    private readonly PromiseKey<int> _key = new();
    private readonly PromiseKey<string> _other = new();

    private int Read() => _key.TryGet(out var value) ? value : -1;

    [Fact]
    public void With_InsideAndOutside() =>
        Fresh.Run(() =>
        {
            Assert.Equal(-1, Read());
            Assert.Equal(1, _key.With(1, Read));
            Assert.Equal(2, _key.With(1, () => _key.With(2, Read)));
            Assert.Equal(-1, _key.With(1, () => _key.Without(Read)));
            Assert.Equal(1, _key.With(1, () => _other.With("x", () => _other.Without(Read))));
            Assert.Equal(-1, Read());
        });

    [Fact]
    public void With_FunctionThrows_RestoresTheValue() =>
        Fresh.Run(() =>
        {
            Assert.Throws<BoomException>(() => _key.With<int>(1, () => throw new BoomException()));
            Assert.Equal(-1, Read());
        });

    [Fact]
    public void With_Callbacks_SeeTheValueAtWhichTheyWereAttached() =>
        Fresh.Run(() =>
        {
            var (source, resolver) = Promise.Create<int>();
            var bound = _key.With(1, () => source.Bind(_ => Promise.Return(Read())));
            var mapped = _key.With(2, () => source.Map(_ => Read()));
            var plain = source.Map(_ => Read());
            _key.With(
                3,
                () =>
                {
                    resolver.Fulfill(0);
                    return Read();
                }
            );
            Expect.Fulfilled(1, bound);
            Expect.Fulfilled(2, mapped);
            Expect.Fulfilled(-1, plain);
            Assert.Equal(-1, Read());
        });

    [Fact]
    public void With_AnAsyncMethod_KeepsTheValueThroughItsAwaits() =>
        Fresh.Async(async () =>
        {
            var one = _key.With(1, Method);
            var two = _key.With(2, Method);
            Assert.Equal("1 1 1 1", await one);
            Assert.Equal("2 2 2 2", await two);
            Assert.Equal(-1, Read());

            async Promise<string> Method()
            {
                var first = Read();
                await Promise.Pause();
                var second = Read();
                await Task.Run(() => { });
                var third = Read();
                await Promise.Return();
                return $"{first} {second} {third} {Read()}";
            }
        });

    [Fact]
    public void With_OnCancel_SeesItsValue() =>
        Fresh.Run(() =>
        {
            var (promise, _) = Promise.CreateCancelable<int>();
            var seen = 0;
            _key.With(
                1,
                () =>
                {
                    promise.OnCancel(() => seen = Read());
                    return 0;
                }
            );
            promise.Cancel();
            Assert.Equal(1, seen);
        });
}
