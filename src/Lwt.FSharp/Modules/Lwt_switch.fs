namespace Lwt.FSharp

open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices

/// <summary>
/// Switches: what is acquired under a switch is released when the switch is turned off: OCaml's <c>Lwt_switch</c>. A
/// switch belongs to the thread that first uses it: a call on another thread raises <c>InvalidOperationException</c>.
/// </summary>
module Lwt_switch =

    /// <summary>A switch: on when it is made, and off for good once it is turned off.</summary>
    type t = PromiseSwitch

    /// <summary>Returns a new switch, which is on.</summary>
    let create () : t = PromiseSwitch()

    /// <summary>
    /// Calls <paramref name="f"/> with a new switch and turns the switch off when the promise of f is resolved or f
    /// raises. The result is that of f, once the hooks have ended; if a hook fails, the result is rejected with its
    /// exception.
    /// </summary>
    /// <example>
    /// <code>
    /// Lwt_switch.with_switch (fun switch -&gt;
    ///     lwt {
    ///         let! send = connect ()
    ///         Lwt_switch.add_hook (Some switch) (fun () -&gt; disconnect send)
    ///         return! send "index"
    ///     })
    /// </code>
    /// </example>
    let with_switch (f: t -> 'a Lwt.t) : 'a Lwt.t =
        Null.check "Lwt_switch.with_switch" (nameof f) f
        let it = PromiseSwitch()
        Primitives.WithSwitch<'a, unit, Body<'a>>(it, Body(fun () -> f it))

    /// <summary>Returns true if a switch is on.</summary>
    let is_on (it: t) : bool =
        Null.check "Lwt_switch.is_on" (nameof it) it
        it.IsOn

    /// <summary>
    /// Turns a switch off: calls all its hooks at once, the one added last first, and waits for all of them. If hooks
    /// fail, the promise is rejected with the exception that came first. Does nothing if the switch is off.
    /// </summary>
    let turn_off (it: t) : unit Lwt.t =
        Null.check "Lwt_switch.turn_off" (nameof it) it
        Primitives.TurnOff<unit> it

    /// <summary>The exception for a switch that is off and must be on, to be raised.</summary>
    let Off: exn = SwitchOffException()

    /// <summary>Matches the exception for a switch that is off.</summary>
    [<return: Struct>]
    let (|Off|_|) (e: exn) =
        match e with
        | :? SwitchOffException -> ValueSome()
        | _ -> ValueNone

    /// <summary>Raises <c>Off</c> if a switch is given and it is off.</summary>
    /// <exception cref="T:Lwt.Core.SwitchOffException">The switch is off.</exception>
    let check (it: t option) : unit =
        match it with
        | Some it -> it.Check()
        | None -> ()

    /// <summary>
    /// Adds <paramref name="hook"/>, which is called when the switch is turned off. Does nothing without a switch.
    /// </summary>
    /// <exception cref="T:Lwt.Core.SwitchOffException">The switch is off.</exception>
    let add_hook (it: t option) (hook: unit -> unit Lwt.t) : unit =
        Null.check "Lwt_switch.add_hook" (nameof hook) hook

        match it with
        | Some it -> it.AddHook(fun () -> hook () :> Promise)
        | None -> ()

    /// <summary>
    /// Like <c>add_hook</c>, but if the switch is off, calls <paramref name="hook"/> at once and returns its promise.
    /// </summary>
    let add_hook_or_exec (it: t option) (hook: unit -> unit Lwt.t) : unit Lwt.t =
        Null.check "Lwt_switch.add_hook_or_exec" (nameof hook) hook

        match it with
        | Some it when it.IsOn ->
            it.AddHook(fun () -> hook () :> Promise)
            Lwt.return_unit
        | Some _ -> hook ()
        | None -> Lwt.return_unit
