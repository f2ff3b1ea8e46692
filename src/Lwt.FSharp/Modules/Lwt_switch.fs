namespace Lwt.FSharp

open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.Core.CompilerServices

/// <summary>Switches, which free what was made under them: OCaml's <c>Lwt_switch</c>.</summary>
module Lwt_switch =

    /// <summary>A switch.</summary>
    type t = PromiseSwitch

    /// <summary>A new switch, which is on.</summary>
    let create () : t = PromiseSwitch()

    /// <summary>
    /// Calls <paramref name="f"/> with a new switch, which is turned off when the promise of f is resolved, either way.
    /// </summary>
    let with_switch (f: t -> 'a Lwt.t) : 'a Lwt.t =
        Null.check "Lwt_switch.with_switch" (nameof f) f
        let it = PromiseSwitch()
        Primitives.WithSwitch<'a, unit, Body<'a>>(it, Body(fun () -> f it))

    /// <summary>Whether a switch is on.</summary>
    let is_on (it: t) : bool =
        Null.check "Lwt_switch.is_on" (nameof it) it
        it.IsOn

    /// <summary>
    /// Turns a switch off: calls all hooks now, the last one added first, and waits for all of them; rejected as the first
    /// of them that was. Does nothing if it is off.
    /// </summary>
    let turn_off (it: t) : unit Lwt.t =
        Null.check "Lwt_switch.turn_off" (nameof it) it
        Primitives.TurnOff<unit> it

    /// <summary>A switch that had to be on is off; to be raised.</summary>
    let Off: exn = SwitchOffException()

    /// <summary>Recognises the exception of a switch that is off, as OCaml's <c>Lwt_switch.Off</c> does.</summary>
    [<return: Struct>]
    let (|Off|_|) (e: exn) =
        match e with
        | :? SwitchOffException -> ValueSome()
        | _ -> ValueNone

    /// <summary>Raises <c>Off</c> if there is a switch and it is off.</summary>
    let check (it: t option) : unit =
        match it with
        | Some it -> it.Check()
        | None -> ()

    /// <summary>
    /// Has <c>turn_off</c> call <paramref name="hook"/>; does nothing without a switch; raises <c>Off</c> if it is off.
    /// </summary>
    let add_hook (it: t option) (hook: unit -> unit Lwt.t) : unit =
        Null.check "Lwt_switch.add_hook" (nameof hook) hook

        match it with
        | Some it -> it.AddHook(fun () -> hook () :> Promise)
        | None -> ()

    /// <summary>As <c>add_hook</c>, but calls the hook at once if the switch is off.</summary>
    let add_hook_or_exec (it: t option) (hook: unit -> unit Lwt.t) : unit Lwt.t =
        Null.check "Lwt_switch.add_hook_or_exec" (nameof hook) hook

        match it with
        | Some it when it.IsOn ->
            it.AddHook(fun () -> hook () :> Promise)
            Lwt.return_unit
        | Some _ -> hook ()
        | None -> Lwt.return_unit
