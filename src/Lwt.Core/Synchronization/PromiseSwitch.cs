using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A switch that is on until it is turned off, once, and then runs the hooks that free what was made under it. OCaml:
/// <c>Lwt_switch</c>.
/// </summary>
/// <remarks>
/// It belongs to the thread that used it first: a call from another thread throws <see cref="InvalidOperationException"/>.
/// </remarks>
public sealed class PromiseSwitch
{
    // Oldest first; null once the switch is off.
    private List<Func<Promise>>? _hooks = [];
    private Affinity _affinity;

    /// <summary>Whether the switch is on. OCaml: <c>Lwt_switch.is_on</c>.</summary>
    public bool IsOn => _hooks is not null;

    /// <summary>Throws if the switch is off. OCaml: <c>Lwt_switch.check</c>.</summary>
    /// <exception cref="SwitchOffException">The switch is off.</exception>
    public void Check()
    {
        if (_hooks is null)
            throw new SwitchOffException();
    }

    /// <summary>
    /// Has <see cref="TurnOff()"/> call <paramref name="hook"/>, the last one added first. OCaml:
    /// <c>Lwt_switch.add_hook</c>.
    /// </summary>
    /// <exception cref="SwitchOffException">The switch is off.</exception>
    public void AddHook(Func<Promise> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        Enter();
        Check();
        _hooks!.Add(hook);
    }

    /// <summary>
    /// As <see cref="AddHook"/>, but calls the hook at once if the switch is off, and gives its promise. OCaml:
    /// <c>Lwt_switch.add_hook_or_exec</c>.
    /// </summary>
    public Promise AddHookOrExecute(Func<Promise> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        Enter();
        if (_hooks is null)
            return StackGuard.HasRoom()
                ? hook() ?? throw Errors.NullPromise()
                : Primitives.Later<Unit, UnitNextStep>(new(hook));
        _hooks.Add(hook);
        return Promise.Return();
    }

    /// <summary>
    /// Turns the switch off: calls all hooks now, the last one added first, and waits for all of them. Rejected as the
    /// first of them that was. Does nothing if the switch is off. OCaml: <c>Lwt_switch.turn_off</c>.
    /// </summary>
    public Promise TurnOff() => TurnOff<Unit>();

    /// <summary>
    /// Calls <paramref name="body"/> with a new switch, which is turned off when the body's promise is resolved, either
    /// way. OCaml: <c>Lwt_switch.with_switch</c>.
    /// </summary>
    public static Promise<T> With<T>(Func<PromiseSwitch, Promise<T>> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var it = new PromiseSwitch();
        return Primitives.Finalize<T, Unit, FuncBody<T>, TurnsOff<Unit>>(new(() => body(it)), new(it));
    }

    /// <inheritdoc cref="With{T}(Func{PromiseSwitch, Promise{T}})"/>
    public static Promise With(Func<PromiseSwitch, Promise> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var it = new PromiseSwitch();
        return Primitives.Finalize<Unit, Unit, UnitFuncBody, TurnsOff<Unit>>(new(() => body(it)), new(it));
    }

    internal Promise<TUnit> TurnOff<TUnit>()
    {
        Enter();
        if (_hooks is not { } hooks)
            return Completed<TUnit>.Default;
        _hooks = null;
        var ends = new Promise[hooks.Count];
        for (var i = 0; i < ends.Length; i++)
            ends[i] = Call(hooks[ends.Length - 1 - i]);
        return Primitives.Join<TUnit>(ends);
    }

    private void Enter() => _affinity.Enter("PromiseSwitch (F#: Lwt_switch)");

    private static Promise Call(Func<Promise> hook)
    {
        if (!StackGuard.HasRoom())
            return Primitives.Later<Unit, UnitNextStep>(new(hook));
        try
        {
            return hook() ?? throw Errors.NullPromise();
        }
        catch (Exception e) when (ExceptionFilter.MayCatch(e))
        {
            return Promise.Fail(e);
        }
    }

    internal readonly struct TurnsOff<TUnit>(PromiseSwitch it) : IBody<TUnit>
    {
        public Promise<TUnit> Invoke() => it.TurnOff<TUnit>();
    }
}

/// <summary>A switch that had to be on is off. OCaml: <c>Lwt_switch.Off</c>.</summary>
public sealed class SwitchOffException : InvalidOperationException
{
    /// <summary>Makes the exception with its usual message.</summary>
    public SwitchOffException()
        : base(
            "The switch is off: it takes no more hooks. Make what the hook frees before the switch is turned off, or use "
                + "AddHookOrExecute (Lwt_switch.add_hook_or_exec)."
        ) { }

    /// <summary>Makes the exception with a message of its own.</summary>
    public SwitchOffException(string? message)
        : base(message) { }

    /// <summary>Makes the exception with a message and a cause.</summary>
    public SwitchOffException(string? message, Exception? innerException)
        : base(message, innerException) { }

    /// <summary>Any other is equal, whatever its message: in OCaml <c>Lwt_switch.Off</c> is a value.</summary>
    public override bool Equals(object? obj) => obj is SwitchOffException;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(SwitchOffException).GetHashCode();
}
