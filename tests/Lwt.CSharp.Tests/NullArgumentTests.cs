using System.Linq.Expressions;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Lwt.CSharp.Tests;

/// <summary>
/// Null for a parameter that does not take it: every public member of Lwt.Core and Lwt.CSharp throws at once, and names its own
/// parameter. In a collection of promises or streams the place of the null is named too.
/// </summary>
public class NullArgumentTests
{
    // The type arguments of each generic type or method.
    private static readonly Type[] s_closings = [typeof(int), typeof(string)];

    public static TheoryData<string> Parameters => [.. Cases().Select(c => c.Name).Distinct()];

    [Theory]
    [MemberData(nameof(Parameters))]
    public void Null_ThrowsAtOnceAndNamesTheParameter(string name) =>
        Fresh.Run(() =>
        {
            foreach (var @case in Cases().Where(c => c.Name == name))
            {
                var error = Record.Exception(() => @case.Call());
                error = (error as TargetInvocationException)?.InnerException ?? error;
                var argument = Assert.IsType<ArgumentNullException>(error);
                Assert.Equal(@case.Parameter, argument.ParamName);
                if (@case.IsElement)
                    Assert.Contains($"{@case.Parameter}[1]", argument.Message, StringComparison.Ordinal);
            }
        });

    [Fact]
    public void Cases_CoverBothAssemblies()
    {
        var names = Cases().Select(c => c.Name).ToHashSet();
        Assert.Contains(names, name => name.StartsWith("Promise.", StringComparison.Ordinal));
        Assert.Contains(names, name => name.StartsWith("PromiseLinq.", StringComparison.Ordinal));
        Assert.Contains(names, name => name.StartsWith("StreamLinq.", StringComparison.Ordinal));
        Assert.True(names.Count > 150, $"{names.Count} parameters");
    }

    private sealed record Case(string Name, string Parameter, bool IsElement, Action Call);

    private static IEnumerable<Case> Cases() =>
        from method in Members()
        from closing in method.ContainsGenericParameters ? s_closings : [typeof(int)]
        from @case in Cases(method, closing)
        select @case;

    private static IEnumerable<MethodBase> Members() =>
        new[] { typeof(Promise).Assembly, typeof(PromiseLinq).Assembly }
            .SelectMany(assembly => assembly.GetExportedTypes())
            // Members for compilers and the fronts, on the hot path: the public members that call them check.
            .Where(type => type.Namespace != "Lwt.Core.CompilerServices")
            .Where(type => !type.IsInterface && !typeof(Delegate).IsAssignableFrom(type))
            .SelectMany(type => type.GetMembers(Public | BindingFlags.DeclaredOnly).OfType<MethodBase>())
            .Where(member => !member.Name.StartsWith("op_", StringComparison.Ordinal));

    private const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static;

    private static IEnumerable<Case> Cases(MethodBase open, Type closing)
    {
        var nullability = new NullabilityInfoContext();
        var member = Close(open, closing);
        var (definitions, parameters) = (open.GetParameters(), member.GetParameters());
        for (var i = 0; i < parameters.Length; i++)
        {
            var (parameter, index) = (parameters[i], i);
            var name = $"{open.DeclaringType!.Name}.{open}: {parameter.Name}";
            var isNullable = nullability.Create(definitions[i]).WriteState != NullabilityState.NotNull;
            if (!parameter.ParameterType.IsValueType && !parameter.IsOut && !isNullable)
                yield return new(name, parameter.Name!, false, () => Call(member, index, null));
            if (ElementOf(definitions[i].ParameterType) is { } element && IsPromiseOrStream(element))
            {
                var items = Array.CreateInstance(ElementOf(parameter.ParameterType)!, 3);
                yield return new(
                    $"{name}, an element",
                    parameter.Name!,
                    true,
                    () =>
                    {
                        items.SetValue(Good(items.GetType().GetElementType()!), 0);
                        items.SetValue(Good(items.GetType().GetElementType()!), 2);
                        Call(member, index, items);
                    }
                );
            }
        }
    }

    private static Type? ElementOf(Type type)
    {
        if (type.IsArray)
            return type.GetElementType();
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        return definition == typeof(ReadOnlySpan<>) || definition == typeof(IEnumerable<>)
            ? type.GetGenericArguments()[0]
            : null;
    }

    private static bool IsPromiseOrStream(Type type) =>
        typeof(Promise).IsAssignableFrom(type)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(PromiseStream<>));

    private static MethodBase Close(MethodBase member, Type closing)
    {
        if (member.DeclaringType!.IsGenericTypeDefinition)
        {
            var type = CloseType(member.DeclaringType, closing);
            member = MethodBase.GetMethodFromHandle(member.MethodHandle, type.TypeHandle)!;
        }
        return member.IsGenericMethodDefinition
            ? ((MethodInfo)member).MakeGenericMethod([.. member.GetGenericArguments().Select(_ => closing)])
            : member;
    }

    private static Type CloseType(Type type, Type closing) =>
        type.MakeGenericType([.. type.GetGenericArguments().Select(_ => closing)]);

    /// <summary>Calls a member with a given value for one parameter and valid ones for the others.</summary>
    private static void Call(MethodBase member, int index, object? value)
    {
        var parameters = member.GetParameters();
        if (parameters[index].ParameterType.IsByRefLike)
        {
            CallWithSpan((MethodInfo)member, (Array)value!);
            return;
        }
        var arguments = parameters.Select((p, i) => i == index ? value : Good(p.ParameterType)).ToArray();
        if (member is ConstructorInfo constructor)
            constructor.Invoke(arguments);
        else
            member.Invoke(member.IsStatic ? null : Good(member.DeclaringType!), arguments);
    }

    private delegate TResult SpanFunction<TElement, TResult>(ReadOnlySpan<TElement> elements);

    // Reflection cannot call a member that takes a span.
    private static void CallWithSpan(MethodInfo method, Array items) =>
        typeof(NullArgumentTests)
            .GetMethod(nameof(CallSpanFunction), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(items.GetType().GetElementType()!, method.ReturnType)
            .Invoke(null, [method, items]);

    private static void CallSpanFunction<TElement, TResult>(MethodInfo method, TElement[] items) =>
        method.CreateDelegate<SpanFunction<TElement, TResult>>()(items);

    /// <summary>A value of a type that every member accepts.</summary>
    private static object? Good(Type type)
    {
        if (type == typeof(string))
            return "text";
        if (type == typeof(int))
            return 1;
        if (type == typeof(TimeSpan))
            return TimeSpan.FromSeconds(1);
        if (type.IsArray)
            return OneOf(type.GetElementType()!);
        if (typeof(Delegate).IsAssignableFrom(type))
            return Function(type);
        if (type == typeof(Promise))
            return Promise.Return();
        if (type == typeof(Task))
            return Task.CompletedTask;
        if (type == typeof(Exception))
            return new BoomException();
        if (type == typeof(EventLoop))
            return EventLoop.Current;
        if (type == typeof(Ports))
            return EventLoop.Current.Ports;
        if (type == typeof(ProcessOptions))
            return new ProcessOptions("true");
        if (type == typeof(ProcessRedirection))
            return ProcessRedirection.Null;
        if (type == typeof(PromiseProcess))
            return PromiseProcess.Start("true");
        if (type == typeof(SafeFileHandle))
            return new SafeFileHandle(-1, ownsHandle: false);
        if (type == typeof(WorkerPool))
            return EventLoop.Current.Workers;
        if (type == typeof(Port) || type == typeof(ReadinessPort))
            return GoodPort();
        if (type == typeof(DescriptorPorts))
            return new EpollEngine().Ports;
        if (type == typeof(FilePort))
            return GoodFile();
        if (type == typeof(PromiseSocket))
            return new PromiseSocket(AddressFamily.InterNetwork, SocketType.Stream);
        if (type == typeof(VirtualNetwork))
            return new VirtualEngine().Network;
        if (type == typeof(IPAddress))
            return IPAddress.Loopback;
        if (type == typeof(EndPoint))
            return new IPEndPoint(IPAddress.Loopback, 0);
        if (type == typeof(InputChannel) || type == typeof(Channel))
            return InputChannel.Of(new byte[1]);
        if (type == typeof(OutputChannel))
            return OutputChannel.Of(new byte[16]);
        if (type == typeof(TextReader))
            return TextReader.Null;
        if (type == typeof(TextWriter))
            return TextWriter.Null;
        if (type == typeof(TickTimeout))
            return new TickTimeout(1, () => { });
        if (type == typeof(PromiseScope))
            return Scope();
        if (type.IsGenericType && s_generic.TryGetValue(type.GetGenericTypeDefinition(), out var make))
            return typeof(NullArgumentTests)
                .GetMethod(make, BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(type.GetGenericArguments())
                .Invoke(null, null);
        return type.IsValueType || type.GetConstructor([]) is not null ? Activator.CreateInstance(type) : null;
    }

    private static readonly Dictionary<Type, string> s_generic = new()
    {
        [typeof(Promise<>)] = nameof(GoodPromise),
        [typeof(Task<>)] = nameof(GoodTask),
        [typeof(IEnumerable<>)] = nameof(GoodList),
        [typeof(IReadOnlyList<>)] = nameof(GoodList),
        [typeof(PromiseStream<>)] = nameof(GoodStream),
        [typeof(IAsyncEnumerable<>)] = nameof(GoodStream),
        [typeof(PromisePool<>)] = nameof(GoodPool),
        [typeof(PromiseThrottle<>)] = nameof(GoodThrottle),
        [typeof(Resolver<>)] = nameof(GoodResolver),
        [typeof(ThreadSafeResolver<>)] = nameof(GoodThreadSafeResolver),
        [typeof(StreamPush<>)] = nameof(GoodPush),
        [typeof(BoundedPush<>)] = nameof(GoodBoundedPush),
    };

    private static T Good<T>() => (T)Good(typeof(T))!;

    private static Port GoodPort() =>
        EventLoop.Current.Ports.Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified);

    private static Port GoodFile() =>
        Lwt.Core.CompilerServices.Primitives.TakeHandle(File.OpenHandle(typeof(Promise).Assembly.Location));

    private static Promise<T> GoodPromise<T>() => Promise.Return(Good<T>());

    private static Task<T> GoodTask<T>() => Task.FromResult(Good<T>());

    private static T[] GoodList<T>() => [Good<T>()];

    private static PromiseStream<T> GoodStream<T>() => PromiseStream.Of(Good<T>());

    private static PromisePool<T> GoodPool<T>() => new(1, GoodPromise<T>);

    private static PromiseThrottle<T> GoodThrottle<T>()
        where T : notnull => new(1, 1);

    private static Resolver<T> GoodResolver<T>() => Promise.Create<T>().Resolver;

    private static ThreadSafeResolver<T> GoodThreadSafeResolver<T>()
    {
        var (promise, resolver) = Promise.CreateThreadSafe<T>();
        // Cancelled, so that no loop waits for it.
        promise.Cancel();
        return resolver;
    }

    private static StreamPush<T> GoodPush<T>() => PromiseStream.Create<T>().Push;

    private static BoundedPush<T> GoodBoundedPush<T>() => PromiseStream.CreateBounded<T>(1).Push;

    private static PromiseScope Scope()
    {
        PromiseScope made = null!;
        PromiseScope.Run(scope =>
        {
            made = scope;
            return Promise.Create<int>().Promise;
        });
        return made;
    }

    private static Array OneOf(Type element)
    {
        var array = Array.CreateInstance(element, 1);
        array.SetValue(Good(element), 0);
        return array;
    }

    /// <summary>A function that returns a valid value.</summary>
    private static Delegate Function(Type type)
    {
        var invoke = type.GetMethod("Invoke")!;
        var parameters = invoke.GetParameters().Select(p => Expression.Parameter(p.ParameterType));
        Expression body =
            invoke.ReturnType == typeof(void)
                ? Expression.Empty()
                : Expression.Constant(Good(invoke.ReturnType), invoke.ReturnType);
        return Expression.Lambda(type, body, parameters).Compile();
    }
}
