using System.Runtime.CompilerServices;

namespace Lwt.Bench.Peers;

/// <summary>
/// The peer <c>objects</c>: not a library but a lower bound. It allocates as many objects as the front <c>fsharp</c>,
/// of the same sizes, and links them in the same way; it makes no decisions and calls nothing.
/// </summary>
public static class ObjectsFront
{
    /// <summary>The front.</summary>
    public static Front Front { get; } =
        new("objects", null, [("wait_bind_wakeup", WaitBindWakeup), ("mvar_pingpong", MvarPingPong)]);

    /// <summary>As large as a promise: its callbacks, its state, its value.</summary>
    private class Value<T>
    {
        internal object? Callbacks;
        internal int State;
        internal T? Result;
    }

    /// <summary>As large as a promise that waits for another one, to call a function.</summary>
    private sealed class Waiting<T> : Value<T>
    {
        internal object? Source;
        internal object? Function;
    }

    /// <summary>As large as the closure of a loop's function.</summary>
    private sealed class Closure
    {
        internal object? First;
        internal object? Second;
        internal int Number;
    }

    private static readonly object s_captured = new();

    private static void WaitBindWakeup(int n)
    {
        var acc = 0;
        for (var i = 1; i <= n; i++)
        {
            var source = Make(i);
            var bound = Bind(source);
            source.Callbacks = bound;
            var mapped = Bind(bound);
            bound.Callbacks = mapped;
            bound.Result = Make(i + 1).Result;
            mapped.Result = bound.Result * 2;
            acc += mapped.Result;
        }
        GC.KeepAlive(acc);
    }

    private static void MvarPingPong(int n)
    {
        var acc = 0;
        for (var i = n; i > 0; i--)
        {
            var taken = Make(i);
            var waiter = Make(i);
            waiter.Callbacks = Bind(waiter, Capture(s_captured, s_captured, i));
            acc += taken.Result + waiter.Result;
        }
        GC.KeepAlive(acc);
    }

    // Not inlined: otherwise the compiler would see that the objects are not used, and allocate none.

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Value<int> Make(int i) => new() { State = 1, Result = i };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Waiting<int> Bind(object source) => new() { Source = source, Function = s_captured };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Waiting<object> Bind(object source, object function) =>
        new() { Source = source, Function = function };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Closure Capture(object first, object second, int number) =>
        new()
        {
            First = first,
            Second = second,
            Number = number,
        };
}
