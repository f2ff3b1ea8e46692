/// Functions that any thread can have a loop call, by a number: Lwt's notifications.
module internal Lwt.FSharp.Notifications

open System.Collections.Concurrent
open System.Threading
open Lwt.Core

type private Notification = { Loop: EventLoop; Call: unit -> unit }

let private all = ConcurrentDictionary<int, Notification>()
let mutable private last = 0

let add (call: unit -> unit) : int =
    let id = Interlocked.Increment &last

    all[id] <-
        {
            Loop = EventLoop.Current
            Call = call
        }

    id

let remove (id: int) : unit = all.TryRemove id |> ignore

let call (id: int) : unit =
    match all.TryGetValue id with
    | true, found -> found.Call()
    | _ -> ()

let send (id: int) : unit =
    match all.TryGetValue id with
    | true, found -> found.Loop.Post(fun () -> call id)
    | _ -> ()

let replace (id: int) (call: unit -> unit) : unit =
    match all.TryGetValue id with
    | true, found -> all[id] <- { found with Call = call }
    | _ -> raise (NotFoundException $"Lwt_unix.set_notification: there is no notification {id}.")
