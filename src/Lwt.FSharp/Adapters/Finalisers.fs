/// Functions that a loop calls once the garbage collector has found that nothing refers to an object any more.
module internal Lwt.FSharp.Finalisers

open System.Collections.Generic
open System.Runtime.CompilerServices
open Lwt.Core

// The functions of one object. The table holds them as long as the object is there, and they may refer to it: that does not
// keep it. When it goes, so do they, and their finalizer runs on a thread of the runtime.
[<Sealed; AllowNullLiteral>]
type private Functions() =
    let all = Queue<struct (EventLoop * (unit -> unit))>()

    member _.Add(loop: EventLoop, f: unit -> unit) : unit =
        lock all (fun () -> all.Enqueue(struct (loop, f)))

    override _.Finalize() =
        for struct (loop, f) in all do
            // Nothing may escape from here, and a loop that is gone has nobody to tell.
            try
                loop.Post f
            with _ ->
                ()

let private functions = ConditionalWeakTable<obj, Functions>()

/// Has the loop of this thread call a function once nothing refers to the object, those of one object in order.
let add (object: obj) (f: unit -> unit) : unit =
    functions.GetValue(object, (fun _ -> Functions())).Add(EventLoop.Current, f)
