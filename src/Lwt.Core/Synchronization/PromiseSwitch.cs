using Lwt.Core.CompilerServices;

namespace Lwt.Core;

/// <summary>
/// A switch that is on until it is turned off, once. Turning it off runs its hooks, which release resources. OCaml:
/// <c>Lwt_switch</c>.
/// </summary>
/// <remarks>
/// It belongs to the thread that uses it first: a call from another thread throws
/// <see cref="InvalidOperationException"/>.
/// </remarks>
/// <example>
/// <code>
/// await PromiseSwitch.With(async resources =>
/// {
///     var connection = await Connection.Open();
///     resources.AddHook(connection.Close); // called when the body has ended
///     await connection.Query("select");
///     opened = connection;
/// });
/// </code>
/// </example>
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
    /// Adds a hook, which <see cref="TurnOff()"/> will call; the last hook added is called first. OCaml:
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
    /// Adds a hook if the switch is on; if it is off, calls the hook at once and returns its promise. OCaml:
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
    /// Turns the switch off: calls all hooks now, the last one added first, and waits for all of their promises. The
    /// result is rejected with the first failure of a hook. If the switch is already off, nothing happens. OCaml:
    /// <c>Lwt_switch.turn_off</c>.
    /// </summary>
    public Promise TurnOff() => TurnOff<Unit>();

    /// <summary>
    /// Calls <paramref name="body"/> with a new switch, and turns the switch off when the body's promise is resolved or
    /// the body throws. The result is resolved like the body's promise once the hooks have ended; if a hook fails, it
    /// is rejected with the hook's exception. OCaml: <c>Lwt_switch.with_switch</c>.
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

/// <summary>A switch that must be on is off. OCaml: <c>Lwt_switch.Off</c>.</summary>
public sealed class SwitchOffException : InvalidOperationException
{
    /// <summary>Creates the exception with its default message.</summary>
    public SwitchOffException()
        : base(
            "The switch is off and accepts no more hooks. Add the hook before the switch is turned off, or use "
                + "AddHookOrExecute (Lwt_switch.add_hook_or_exec)."
        ) { }

    /// <summary>Creates the exception with a message.</summary>
    public SwitchOffException(string? message)
        : base(message) { }

    /// <summary>Creates the exception with a message and a cause.</summary>
    public SwitchOffException(string? message, Exception? innerException)
        : base(message, innerException) { }

    /// <summary>
    /// Equals any other <see cref="SwitchOffException"/>, whatever its message, because in OCaml <c>Lwt_switch.Off</c>
    /// is a value.
    /// </summary>
    public override bool Equals(object? obj) => obj is SwitchOffException;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(SwitchOffException).GetHashCode();
}
