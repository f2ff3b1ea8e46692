using System.Linq.Expressions;
using System.Reflection;

namespace Lwt.Core.Tests;

/// <summary>
/// Every public member that reads a stream or writes to it, called on a thread that the stream does not belong to, fails
/// before it has changed anything.
/// </summary>
public class StreamWrongThreadTests
{
    private const string OfObject = "a member of Object";
    private const string Reads = "only looks";
    private const string Derives = "makes a stream that reads this one, which is refused when it is read";

    // The members that are not refused, and why.
    private static readonly Dictionary<string, string> s_exempt = new()
    {
        ["Equals"] = OfObject,
        ["GetHashCode"] = OfObject,
        ["GetType"] = OfObject,
        ["ToString"] = OfObject,
        ["get_IsClosed"] = Reads,
        ["get_IsBlocked"] = Reads,
        ["get_Size"] = Reads,
        ["get_Count"] = Reads,
        ["get_Current"] = Reads,
        ["GetAsyncEnumerator"] = "reads nothing before it is moved",
        ["Map"] = Derives,
        ["MapAwait"] = Derives,
        ["MapMany"] = Derives,
        ["MapManyAwait"] = Derives,
        ["Filter"] = Derives,
        ["FilterAwait"] = Derives,
        ["FilterMap"] = Derives,
        ["FilterMapAwait"] = Derives,
        ["Append"] = Derives,
        ["Combine"] = Derives,
        ["WrapExceptions"] = Derives,
    };

    public static TheoryData<string> ReadingMembers => Members(typeof(PromiseStream<int>));

    public static TheoryData<string> DerivingMembers =>
        [
            .. Methods(typeof(PromiseStream<int>))
                .Where(m => s_exempt.GetValueOrDefault(m.Name) == Derives)
                .Select(m => m.ToString()!),
        ];

    public static TheoryData<string> PushMembers => Members(typeof(StreamPush<int>));

    public static TheoryData<string> BoundedPushMembers => Members(typeof(BoundedPush<int>));

    public static TheoryData<string> EnumeratorMembers => Members(typeof(StreamEnumerator<int>));

    [Theory]
    [MemberData(nameof(ReadingMembers))]
    public void Read_OnAWrongThread_Throws_AndTheOwnerReadsOn(string member) =>
        Fresh.Run(() =>
        {
            var (stream, push) = PromiseStream.Create<int>();
            push.Push(1);
            push.Push(2);
            AssertRefused(stream, member);
            Assert.Equal([1, 2], stream.GetAvailable());
            AssertWakes(stream, push, () => AssertRefused(stream, member));
            // No clone was made, nor was the stream given up.
            stream.Dispose();
            Assert.True(push.IsClosed);
        });

    [Theory]
    [MemberData(nameof(DerivingMembers))]
    public void Read_OfAStreamThatIsMadeOfIt_OnAWrongThread_Throws_AndTheOwnerReadsOn(string member) =>
        Fresh.Run(() =>
        {
            var (stream, push) = PromiseStream.Create<int>();
            push.Push(1);
            var derived = Invoke(stream, member)!;
            var error = Fresh.OnOtherThread(() => Fresh.Run(() => Invoke(derived, "Get")));
            AssertNames(error, "PromiseStream");
            Assert.Equal(1, Assert.Single(stream.GetAvailable()));
            // The one that was made of it still belongs to the owner too.
            var waiting = (Promise)Invoke(derived, "Get")!;
            Expect.Pending(waiting);
            push.Push(2);
            push.Close();
            Assert.True(waiting.IsFulfilled);
        });

    [Theory]
    [MemberData(nameof(PushMembers))]
    public void Push_OnAWrongThread_Throws_AndTheReaderIsWoken(string member) =>
        Fresh.Run(() =>
        {
            var (stream, push) = PromiseStream.Create<int>();
            push.Push(1);
            AssertRefused(push, member);
            Assert.Equal([1], stream.GetAvailable());
            AssertWakes(stream, push, () => AssertRefused(push, member));
        });

    [Theory]
    [MemberData(nameof(BoundedPushMembers))]
    public void BoundedPush_OnAWrongThread_Throws_AndReaderAndWriterAreWoken(string member) =>
        Fresh.Run(() =>
        {
            var (stream, push) = PromiseStream.CreateBounded<int>(1);
            push.Push(1);
            var writing = push.Push(2);
            AssertRefused(push, member);
            Assert.Equal((1, 1, true, false), (push.Size, push.Count, push.IsBlocked, push.IsClosed));
            Expect.Fulfilled(1, stream.Get().Map(x => x.Value));
            Assert.True(writing.IsFulfilled);
            Expect.Fulfilled(2, stream.Next());
            var reading = stream.Next();
            AssertRefused(push, member);
            push.Push(3);
            Expect.Fulfilled(3, reading);
        });

    [Fact]
    public void Get_OnAWrongThread_WhileAWriterWaits_Throws_AndTheWriterIsWoken() =>
        Fresh.Run(() =>
        {
            var (stream, push) = PromiseStream.CreateBounded<int>(1);
            push.Push(1);
            var writing = push.Push(2);
            AssertNames(Fresh.OnOtherThread(() => stream.Get()), "PromiseStream");
            Expect.Pending(writing);
            Expect.Fulfilled(1, stream.Next());
            Assert.True(writing.IsFulfilled);
        });

    [Theory]
    [MemberData(nameof(EnumeratorMembers))]
    public void Enumerator_OnAWrongThread_Throws_AndTheOwnerReadsOn(string member) =>
        Fresh.Run(() =>
        {
            var (stream, push) = PromiseStream.Create<int>();
            push.Push(1);
            var enumerator = stream.GetAsyncEnumerator();
            AssertRefused(enumerator, member);
            Expect.Fulfilled(true, enumerator.MoveNextAsync());
            Assert.Equal(1, enumerator.Current);
            var moving = enumerator.MoveNextAsync();
            AssertRefused(enumerator, member);
            push.Push(2);
            Expect.Fulfilled(true, moving);
            Assert.Equal(2, enumerator.Current);
        });

    [Fact]
    public void Choose_OfAStreamOfAnotherThread_Throws_AndTakesNothingOfTheOthers() =>
        Fresh.Run(() =>
        {
            var foreign = PromiseStream.Of(1);
            Expect.Fulfilled(1, foreign.Next());
            var own = PromiseStream.Of(2);
            AssertNames(
                Fresh.OnOtherThread(() =>
                    Fresh.Run(() =>
                    {
                        try
                        {
                            PromiseStream.Choose(own, foreign);
                        }
                        finally
                        {
                            Expect.Fulfilled(2, own.Next());
                        }
                    })
                ),
                "PromiseStream"
            );
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Push_OnManyThreads_WhatWasNotRefusedArrives(bool ownedHere)
    {
        const int Each = 10_000;
        var (stream, push) = PromiseStream.Create<int>();
        if (ownedHere)
            push.Push(0);
        var accepted = ownedHere ? 1 : 0;
        var threads = Enumerable
            .Range(0, 8)
            .Select(_ => new Thread(() =>
            {
                for (var i = 0; i < Each; i++)
                {
                    try
                    {
                        push.Push(1);
                        Interlocked.Increment(ref accepted);
                    }
                    catch (InvalidOperationException) { }
                }
            }))
            .ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        // The first to come owns it; another may follow once that thread has ended.
        Assert.True(ownedHere ? accepted == 1 : accepted >= Each, $"{accepted} elements were accepted.");
        Assert.Equal(accepted, stream.GetAvailable().Count);
    }

    [Fact]
    public void Stream_MadeOnAnotherThread_BelongsToWhoeverUsesItFirst()
    {
        // As a static field would have it; the thread that makes them lives on.
        using var maker = new Maker();
        var (stream, push) = maker.Make(() =>
        {
            var made = PromiseStream.Create<int>();
            made.Push.SetReference(made);
            return made;
        });
        var (bounded, boundedPush) = maker.Make(() =>
        {
            var made = PromiseStream.CreateBounded<int>(1);
            made.Push.SetReference(made);
            return made;
        });
        PromiseStream<int>[] full = maker.Make(() =>
            new[]
            {
                PromiseStream.Of(1),
                PromiseStream.Return(1),
                PromiseStream.Return(Promise.Return(1)),
                PromiseStream.OfEnumerable([1]),
                PromiseStream.Of(1).Map(x => x).Filter(x => x == 1),
                PromiseStream.Of(1).Append(PromiseStream.Of<int>()),
            }
        );
        Fresh.Run(() =>
        {
            push.Push(1);
            Expect.Fulfilled(1, stream.Next());
            boundedPush.Push(1);
            Expect.Fulfilled(1, bounded.Next());
            foreach (var made in full)
                Expect.Fulfilled(1, made.Next());
        });
    }

    [Fact]
    public void Stream_OfALoopThatIsGone_IsUsedOn()
    {
        var (stream, push) = PromiseStream.Create<int>();
        var (bounded, boundedPush) = PromiseStream.CreateBounded<int>(1);
        Fresh.Run(() =>
        {
            Expect.Pending(stream.Next());
            Expect.Pending(stream.Closed);
            boundedPush.Push(1);
            Expect.Pending(boundedPush.Push(2));
        });
        Fresh.Run(() =>
        {
            push.Push(1);
            Expect.Fulfilled(1, stream.Next());
            Expect.Fulfilled(1, bounded.Next());
            Expect.Fulfilled(2, bounded.Next());
            push.Close();
            boundedPush.Close();
            Assert.True(stream.Closed.IsFulfilled);
        });
    }

    [Fact]
    public void Push_OnAnotherLoopOfTheThread_WhileAReaderWaits_Throws_AndTheReaderIsWoken()
    {
        var (stream, push) = PromiseStream.Create<int>();
        using var loop = Fresh.Loop();
        Promise<int> reading = null!;
        loop.RunHere(() =>
        {
            reading = stream.Next();
            return Promise.Return();
        });
        Assert.Throws<InvalidOperationException>(() => push.Push(1));
        loop.RunHere(() =>
        {
            push.Push(2);
            return Promise.Return();
        });
        Expect.Fulfilled(2, reading);
    }

    [Fact]
    public void Return_OfAPendingPromiseOfAnotherThread_Throws() =>
        Fresh.Run(() =>
        {
            var (promise, _) = Promise.Create<int>();
            Assert.IsType<InvalidOperationException>(Fresh.OnOtherThread(() => PromiseStream.Return(promise)));
        });

    private static void AssertWakes(PromiseStream<int> stream, StreamPush<int> push, Action meanwhile)
    {
        var reading = stream.Next();
        meanwhile();
        Expect.Pending(reading);
        push.Push(3);
        Expect.Fulfilled(3, reading);
    }

    private static void AssertRefused(object target, string member)
    {
        object? result = null;
        var error = Fresh.OnOtherThread(() => Fresh.Run(() => result = Invoke(target, member)));
        AssertNames(error ?? (result as Promise)?.Exception, "PromiseStream (F#: Lwt_stream)");
    }

    private static void AssertNames(Exception? error, string name)
    {
        Assert.IsType<InvalidOperationException>(error);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains("EventLoop.Post", error.Message, StringComparison.Ordinal);
    }

    private static TheoryData<string> Members(Type type) =>
        [.. Methods(type).Where(m => !s_exempt.ContainsKey(m.Name)).Select(m => m.ToString()!)];

    private static MethodInfo[] Methods(Type type) => type.GetMethods(BindingFlags.Instance | BindingFlags.Public);

    /// <summary>Calls a member, named as <c>ToString</c> does or by its bare name, with arguments that it takes.</summary>
    private static object? Invoke(object target, string member)
    {
        var method = Methods(target.GetType())
            .First(m => m.ToString() == member || (m.Name == member && m.GetParameters().Length == 0));
        if (method.IsGenericMethodDefinition)
            method = method.MakeGenericMethod([.. method.GetGenericArguments().Select(_ => typeof(int))]);
        return method.Invoke(
            target,
            BindingFlags.DoNotWrapExceptions,
            null,
            [.. method.GetParameters().Select(p => Argument(p.ParameterType))],
            null
        );
    }

    private static object? Argument(Type type)
    {
        if (type == typeof(int))
            return 1;
        if (type == typeof(PromiseStream<int>))
            return PromiseStream.Of(1, 2, 3);
        return typeof(Delegate).IsAssignableFrom(type) ? Function(type) : null;
    }

    /// <summary>A function that returns what does not end a read: true, 1, one element, or a promise of that.</summary>
    private static Delegate Function(Type type)
    {
        var invoke = type.GetMethod("Invoke")!;
        return Expression
            .Lambda(
                type,
                invoke.ReturnType == typeof(void)
                    ? Expression.Empty()
                    : Expression.Constant(Value(invoke.ReturnType), invoke.ReturnType),
                invoke.GetParameters().Select(p => Expression.Parameter(p.ParameterType))
            )
            .Compile();
    }

    private static object? Value(Type type)
    {
        if (type == typeof(bool))
            return true;
        if (type == typeof(int))
            return 1;
        if (type == typeof(Promise))
            return Promise.Return();
        if (type == typeof(Maybe<int>))
            return new Maybe<int>(1);
        if (type == typeof(IEnumerable<int>))
            return new[] { 1 };
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Promise<>))
        {
            var value = type.GetGenericArguments()[0];
            return typeof(Promise)
                .GetMethods()
                .Single(m => m.Name == nameof(Promise.Return) && m.IsGenericMethod)
                .MakeGenericMethod(value)
                .Invoke(null, [Value(value)]);
        }
        throw new NotSupportedException($"No value of type {type} to return.");
    }
}
