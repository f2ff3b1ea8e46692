using System.Collections;
using System.Linq.Expressions;
using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Lwt.Core.Tests;

/// <summary>
/// Every public member that changes an object is called from a wrong thread, while a loop of another thread uses the object: it
/// throws before it has changed anything. A new public member fails here until it checks its thread or is exempt for a reason.
/// </summary>
public class WrongThreadTests
{
    // How to make an object of each type on its loop, in a state in which every member has something to change.
    private static readonly Dictionary<Type, Func<object>> s_made = new()
    {
        [typeof(Promise)] = () => Promise.CreateCancelable<int>().Promise,
        [typeof(Promise<>)] = () => Promise.CreateCancelable<int>().Promise,
        [typeof(Resolver<>)] = () => Promise.CreateCancelable<int>().Resolver,
        [typeof(WorkerPool)] = () => new WorkerPool(),
        [typeof(EventLoop)] = () =>
        {
            EventLoop.Current.AtExit(Promise.Return);
            return EventLoop.Current;
        },
        [typeof(PromiseMutex)] = () =>
        {
            var mutex = new PromiseMutex();
            mutex.Lock();
            mutex.Lock();
            return mutex;
        },
        [typeof(PromiseMutex.Hold)] = () => new PromiseMutex().Acquire().GetAwaiter().GetResult(),
        [typeof(PromiseMailbox<>)] = () =>
        {
            var mailbox = new PromiseMailbox<int>();
            mailbox.Put(1);
            mailbox.Put(2);
            return mailbox;
        },
        [typeof(PromiseCondition<>)] = () =>
        {
            var condition = new PromiseCondition<int>();
            condition.Wait();
            return condition;
        },
        [typeof(PromisePool<>)] = () =>
        {
            var pool = new PromisePool<int>(2, () => Promise.Return(1));
            pool.Use(_ => Promise.Return());
            return pool;
        },
        [typeof(PromiseSwitch)] = () =>
        {
            var it = new PromiseSwitch();
            it.AddHook(Promise.Return);
            return it;
        },
        [typeof(PromiseThrottle<>)] = () =>
        {
            var throttle = new PromiseThrottle<int>(1, 1);
            throttle.Wait(0);
            return throttle;
        },
        [typeof(TickTimeout)] = () =>
        {
            var timeout = new TickTimeout(1, () => { });
            timeout.Start();
            return timeout;
        },
        [typeof(VirtualNetwork)] = () => Network,
        [typeof(VirtualLink)] = () => Network.Link(IPAddress.Loopback, IPAddress.Any),
        [typeof(Channel)] = () => Reading(),
        [typeof(InputChannel)] = () => Reading(),
        [typeof(OutputChannel)] = () =>
        {
            var sink = new Channels.Sink();
            sink.Channel.Write("text");
            return sink.Channel;
        },
        [typeof(DirectAccess)] = () =>
        {
            DirectAccess made = null!;
            Channels
                .Input("text")
                .DirectAccess(direct =>
                {
                    made = direct;
                    return Promise.Create<int>().Promise;
                });
            return made;
        },
        [typeof(ChannelConnection)] = () =>
        {
            var connection = ChannelConnection.Of(new FakeConnection());
            connection.Output.Write("text");
            connection.Input.ReadLine();
            return connection;
        },
        [typeof(ChannelServer)] = () => ChannelServer.Start(new FakeListener(), _ => Promise.Return()),
        [typeof(PromiseScope)] = () =>
        {
            PromiseScope made = null!;
            PromiseScope.Run(scope =>
            {
                made = scope;
                return Promise.CreateCancelable<int>().Promise;
            });
            return made;
        },
    };

    private static InputChannel Reading()
    {
        var input = new Channels.Fed().Channel;
        input.ReadLine();
        return input;
    }

    // Types and members that may be used from any thread, or not at all from a second one without an error, and why.
    private static readonly Dictionary<string, string> s_exempt = new()
    {
        ["ThreadSafeResolver`1"] = "It is there for other threads.",
        ["PortableEngine"] = "Belongs to its loop, which calls it; Wake is for any thread.",
        ["EpollEngine"] = "Belongs to its loop, which calls it; Wake is for any thread.",
        ["EngineWakeup"] = "Belongs to its engine; Wake is for any thread.",
        ["DescriptorPorts"] = "Has tests of its own, as Ports.",
        ["ReadinessPort"] = "Has tests of its own, as Port.",
        ["Port"] = "Has tests of its own.",
        ["Ports"] = "Has tests of its own.",
        ["PromiseSocket"] = "Has tests of its own.",
        ["ReceivedMessage"] = "A value.",
        ["PeerCredentials"] = "A value.",
        ["FilePort"] = "Has tests of its own.",
        ["PromiseFile"] = "Has tests of its own.",
        ["DirectoryEntry"] = "Reads.",
        ["VirtualEngine"] = "Belongs to its loop, which calls it; a test may advance its clock from anywhere.",
        ["VirtualNetworkStatistics"] = "Reads.",
        ["MappedFile"] = "Memory, which any thread may use; a promise of it belongs to the thread that asks.",
        ["EventLoopOptions"] = "Options, read before the loop runs.",
        ["PromiseKey`1"] = "A key holds nothing: what is set belongs to the thread that calls.",
        ["Sequence`1"] = "A plain collection, as List<T>: no promise waits for it.",
        ["SequenceNode`1"] = "A plain collection, as List<T>: no promise waits for it.",
        ["Maybe`1"] = "A value.",
        ["StreamResult`1"] = "A value.",
        ["Unit"] = "A value.",
        ["PromiseStream`1"] = "Has tests of its own.",
        ["StreamPush`1"] = "Has tests of its own.",
        ["BoundedPush`1"] = "Has tests of its own.",
        ["StreamEnumerator`1"] = "Has tests of its own.",
        ["EventLoop.Post"] = "The door for other threads.",
        ["PromiseProcess"] = "Has a test of its own: the end of the process comes from another thread.",
        ["ProcessOptions"] = "Options, read before the process starts.",
        ["ProcessRedirection"] = "Options, read before the process starts.",
        ["ProcessExit"] = "A value.",
        ["ProcessUsage"] = "A value.",
        ["ProcessOutput"] = "A value.",
        ["WorkerPool.SetBounds"] = "Any thread may.",
        ["WorkerPool.set_MaxQueued"] = "Any thread may.",
        ["WorkerPool.Dispose"] = "Any thread may.",
        ["Promise.GetAwaiter"] = "Changes nothing; the awaiter throws into the method that awaits on the wrong thread.",
        ["Promise`1.GetAwaiter"] =
            "Changes nothing; the awaiter throws into the method that awaits on the wrong thread.",
        ["Promise.AsUnit"] = "Changes nothing where the promise is one of Unit; else it maps.",
        ["ChannelConnection.Deconstruct"] = "Reads.",
        ["Promise.ToString"] = "Reads.",
        ["Promise`1.TryPoll"] = "Reads.",
        ["PromiseSwitch.Check"] = "Reads.",
        ["Resolver`1.Equals"] = "Reads.",
        ["Resolver`1.GetHashCode"] = "Reads.",
    };

    /// <summary>That of the current loop, which knows its thread once a port was asked for.</summary>
    private static VirtualNetwork Network
    {
        get
        {
            var ports = EventLoop.Current.Ports;
            const BindingFlags own = BindingFlags.Instance | BindingFlags.NonPublic;
            return (VirtualNetwork)ports.GetType().GetProperty("Network", own)!.GetValue(ports)!;
        }
    }

    public static TheoryData<string> Members => [.. ChangingMembers().Select(Signature)];

    [Theory]
    [MemberData(nameof(Members))]
    public void Member_FromAWrongThread_ThrowsBeforeItChangesAnything(string signature)
    {
        var member = ChangingMembers().Single(m => Signature(m) == signature);
        var definition = Definition(member.DeclaringType!);
        Assert.True(
            s_made.TryGetValue(definition, out var make),
            $"{signature}: say in this test how to make the type, or exempt it with a reason."
        );
        var (error, before, after) = ((Exception?)null, "", "");
        Fresh.Run(() =>
        {
            var it = make();
            var closed = Close(member, it.GetType());
            var arguments = closed.GetParameters().Select(p => Argument(p.ParameterType)).ToArray();
            before = Snapshot.Of(it);
            error = Fresh.OnOtherThread(() => closed.Invoke(it, arguments));
            after = Snapshot.Of(it);
        });
        error = (error as TargetInvocationException)?.InnerException ?? error;
        Assert.IsType<InvalidOperationException>(error);
        if (definition != typeof(EventLoop))
            Assert.Contains("EventLoop.Post", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, after);
    }

    [Fact]
    public void Exemptions_AllExist()
    {
        var names = PublicTypes()
            .SelectMany(t => Methods(t).Select(m => $"{t.Name}.{m.Name}").Append(t.Name))
            .ToHashSet();
        Assert.All(s_exempt.Keys, key => Assert.Contains(key, names));
    }

    [Fact]
    public void IterationHook_DisposedFromAWrongThread_ThrowsAndStays()
    {
        using var loop = Fresh.Loop();
        var called = 0;
        var hook = loop.OnEnterIteration(() => called++);
        loop.RunHere(async () =>
        {
            await Promise.Pause();
            Assert.IsType<InvalidOperationException>(Fresh.OnOtherThread(hook.Dispose));
            var calls = called;
            await Promise.Pause();
            Assert.True(called > calls);
        });
        // The loop is not running: any thread may prepare it.
        Assert.Null(Fresh.OnOtherThread(hook.Dispose));
    }

    [Fact]
    public void Loop_AtRest_MayBePreparedByAnyThread()
    {
        using var loop = Fresh.Loop();
        var ran = new List<string>();
        Assert.Null(
            Fresh.OnOtherThread(() =>
            {
                loop.Random = new Random(3);
                loop.OnEnterIteration(() => ran.Add("iteration"));
                loop.AtExit(() =>
                {
                    ran.Add("exit");
                    return Promise.Return();
                });
            })
        );
        loop.RunHere(() => Promise.Pause());
        loop.RunExitHooks();
        Assert.Contains("iteration", ran);
        Assert.Equal("exit", ran[^1]);
    }

    private static readonly PromiseMutex s_mutex = new();
    private static readonly PromiseMailbox<int> s_mailbox = new();
    private static readonly PromiseCondition<int> s_condition = new();
    private static readonly PromisePool<string> s_pool = new(1, () => Promise.Return("member"));
    private static readonly PromiseThrottle<string> s_throttle = new(1, 5);
    private static readonly PromiseSwitch s_switch = new();

    [Fact]
    public void StaticObjects_TwoLoopsOneAfterTheOther_ServeBoth()
    {
        var ended = 0;
        var timeout = new TickTimeout(1, () => ended++);
        for (var run = 1; run <= 2; run++)
        {
            Fresh.Async(async () =>
            {
                var second = s_mutex.WithLock(() => Promise.Pause()).Bind(() => s_mutex.WithLock(Promise.Return));
                using (await s_mutex.Acquire())
                    await Promise.Pause();
                await second;
                var taken = s_mailbox.Take();
                await s_mailbox.Put(run);
                Assert.Equal(run, await taken);
                var signaled = s_condition.Wait();
                s_condition.Signal(run);
                Assert.Equal(run, await signaled);
                Assert.Equal("member", await s_pool.Use(member => Promise.Pause().Bind(() => Promise.Return(member))));
                Assert.True(await s_throttle.Wait("key"));
                Assert.True(await s_throttle.Wait("key"));
                s_switch.AddHook(Promise.Return);
                timeout.Start();
                await Promise.Sleep(TimeSpan.FromSeconds(3));
                // It stays started, so that the next loop starts it again.
                timeout.Start();
            });
            Assert.Equal(run, ended);
        }
    }

    [Fact]
    public void Throttle_TakenOverWithTurnsToCome_LetsTheNextLoopThrough()
    {
        var throttle = new PromiseThrottle<int>(1, 1);
        Fresh.Run(() =>
        {
            throttle.Wait(0);
            Expect.Pending(throttle.Wait(0));
        });
        Fresh.Async(async () =>
        {
            Assert.True(await throttle.Wait(0));
            Assert.True(await throttle.Wait(0));
        });
    }

    [Fact]
    public void Mutex_WhoseThreadHasEnded_MayBeTakenOver()
    {
        var mutex = new PromiseMutex();
        Assert.Null(Fresh.OnOtherThread(() => mutex.Lock()));
        mutex.Unlock();
        Assert.False(mutex.IsLocked);
    }

    private static IEnumerable<MethodInfo> ChangingMembers() =>
        PublicTypes()
            .Where(t => !s_exempt.ContainsKey(t.Name))
            .SelectMany(Methods)
            .Where(m => !s_exempt.ContainsKey($"{m.DeclaringType!.Name}.{m.Name}"));

    private static IEnumerable<Type> PublicTypes() =>
        typeof(Promise)
            .Assembly.GetExportedTypes()
            // Members for compilers and the fronts check where they need to; only the public members for users are
            // tested.
            .Where(t => t.Namespace == typeof(Promise).Namespace && !t.IsInterface && !t.IsEnum)
            .Where(t => !(t.IsAbstract && t.IsSealed))
            .Where(t => !typeof(Exception).IsAssignableFrom(t) && !typeof(Delegate).IsAssignableFrom(t));

    private static IEnumerable<MethodInfo> Methods(Type type) =>
        type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
            .Where(m => !IsGetter(m) && !IsInit(m));

    private static bool IsGetter(MethodInfo method) =>
        method.IsSpecialName && method.Name.StartsWith("get_", StringComparison.Ordinal);

    private static bool IsInit(MethodInfo method) =>
        method.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Signature(MethodInfo method) => $"{method.DeclaringType!.Name}.{method}";

    private static Type Definition(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;

    /// <summary>The method on the type of an object, with int for its own type parameters.</summary>
    private static MethodInfo Close(MethodInfo method, Type type)
    {
        if (method.DeclaringType!.IsGenericTypeDefinition)
        {
            while (Definition(type) != method.DeclaringType)
                type = type.BaseType!;
            method = (MethodInfo)MethodBase.GetMethodFromHandle(method.MethodHandle, type.TypeHandle)!;
        }
        return method.IsGenericMethodDefinition
            ? method.MakeGenericMethod([.. method.GetGenericArguments().Select(_ => typeof(int))])
            : method;
    }

    private static object? Argument(Type type)
    {
        if (type.IsByRef)
            return null;
        if (type == typeof(int))
            return 1;
        if (type == typeof(string))
            return "text";
        if (type == typeof(PromiseStream<string>))
            return PromiseStream.Of("text");
        if (type == typeof(Random))
            return new Random(1);
        if (type.IsValueType)
            return Activator.CreateInstance(type);
        if (typeof(Delegate).IsAssignableFrom(type))
            return NeverCalled(type);
        return type == typeof(Exception) ? new BoomException() : null;
    }

    private static Delegate NeverCalled(Type type)
    {
        var invoke = type.GetMethod("Invoke")!;
        var thrown = Expression.Constant(new BoomException("called on a wrong thread"));
        return Expression
            .Lambda(
                type,
                Expression.Throw(thrown, invoke.ReturnType),
                invoke.GetParameters().Select(p => Expression.Parameter(p.ParameterType))
            )
            .Compile();
    }

    /// <summary>
    /// The state of an object as text: its fields, and those of the objects of the library and collections that it
    /// refers to.
    /// </summary>
    private static class Snapshot
    {
        internal static string Of(object it)
        {
            var text = new StringBuilder();
            Add(it, text, new(ReferenceEqualityComparer.Instance));
            return text.ToString();
        }

        private static void Add(object? value, StringBuilder text, HashSet<object> seen)
        {
            if (value is null || value.GetType().IsPrimitive || value is string or TimeSpan)
                text.Append(value ?? "null");
            else if (!value.GetType().IsValueType && !seen.Add(value))
                text.Append("again");
            else if (!IsOpen(value.GetType()))
                text.Append(value.GetType().IsValueType ? value.GetHashCode() : RuntimeHelpers.GetHashCode(value));
            else if (value is Array array)
                AddAll(array, text, seen);
            else
                AddFields(value, text, seen);
        }

        private static bool IsOpen(Type type) =>
            type.IsArray
            || type.Namespace == "System.Collections.Generic"
            || (type.Assembly == typeof(Promise).Assembly && !typeof(Delegate).IsAssignableFrom(type));

        private static void AddAll(IEnumerable items, StringBuilder text, HashSet<object> seen)
        {
            foreach (var item in items)
            {
                text.Append('[');
                Add(item, text, seen);
                text.Append(']');
            }
        }

        private static void AddFields(object value, StringBuilder text, HashSet<object> seen)
        {
            for (var type = value.GetType(); type is not null; type = type.BaseType)
                foreach (
                    var field in type.GetFields(
                        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
                    )
                )
                {
                    text.Append(field.Name).Append('=');
                    if (!field.FieldType.IsPointer && field.FieldType != typeof(nuint))
                        Add(field.GetValue(value), text, seen);
                    text.AppendLine();
                }
        }
    }
}
