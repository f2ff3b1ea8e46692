using System.Runtime.CompilerServices;
using Lwt.Core.CompilerServices;

namespace Lwt.Core;

// The delegates of C# as the structs that the operations on streams take. An error about null names the parameter of
// the operation: the text of the argument.

internal readonly struct Func1<T, TResult> : IFunction<T, TResult>
{
    private readonly Func<T, TResult> _function;

    internal Func1(Func<T, TResult> function, [CallerArgumentExpression(nameof(function))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(function, name);
        _function = function;
    }

    public TResult Invoke(T argument) => _function(argument);
}

internal readonly struct Func2<T, TState> : IFunction<T, TState, TState>, IFunction<T, TState, Promise<TState>>
{
    private readonly Func<TState, T, TState>? _function;
    private readonly Func<TState, T, Promise<TState>>? _promising;

    internal Func2(Func<TState, T, TState> function, [CallerArgumentExpression(nameof(function))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(function, name);
        _function = function;
    }

    internal Func2(
        Func<TState, T, Promise<TState>> function,
        [CallerArgumentExpression(nameof(function))] string? name = null
    )
    {
        ArgumentNullException.ThrowIfNull(function, name);
        _promising = function;
    }

    TState IFunction<T, TState, TState>.Invoke(T first, TState second) => _function!(second, first);

    Promise<TState> IFunction<T, TState, Promise<TState>>.Invoke(T first, TState second) => _promising!(second, first);
}

internal readonly struct Action1<T> : IFunction<T, Unit>
{
    private readonly Action<T> _action;

    internal Action1(Action<T> action, [CallerArgumentExpression(nameof(action))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(action, name);
        _action = action;
    }

    public Unit Invoke(T argument)
    {
        _action(argument);
        return default;
    }
}

internal readonly struct PromiseAction1<T> : IFunction<T, Promise<Unit>>
{
    private readonly Func<T, Promise> _action;

    internal PromiseAction1(Func<T, Promise> action, [CallerArgumentExpression(nameof(action))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(action, name);
        _action = action;
    }

    public Promise<Unit> Invoke(T argument) => (_action(argument) ?? throw Errors.NullPromise()).AsUnit();
}
