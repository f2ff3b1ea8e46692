namespace Lwt.FSharp

open System
open System.Collections.Generic
open System.Diagnostics
open System.Runtime.CompilerServices
open System.Runtime.InteropServices
open Microsoft.Win32.SafeHandles
open Lwt.Core
open Lwt.Core.CompilerServices
open Lwt.FSharp.CompilerServices

/// <summary>
/// What the loop of this thread waits with: OCaml's <c>Lwt_engine</c>. Events call a function each time that a descriptor is
/// ready or a time has passed, until they are stopped. Functions run on the loop's thread, in its dispatch of I/O. An
/// exception of one goes to the async exception hook, which ends the run unless it is set.
/// </summary>
/// <remarks>
/// Descriptors are <c>Unix.file_descr</c>: of a library's number, <c>new SafeFileHandle(nativeint fd, false)</c>; of
/// <c>Lwt_unix</c>'s descriptors there are <c>wait_read</c> and <c>wait_write</c>. The engine must wait for descriptors: the
/// default does on Linux.
/// </remarks>
module Lwt_engine =

    /// <summary>A function that is called when something happens, until the event is stopped.</summary>
    [<Sealed; AllowNullLiteral>]
    type event internal () =
        member val internal Stop: unit -> unit = ignore with get, set

    /// <summary>Stops an event: its function is not called any more. Stopping it again does nothing.</summary>
    let stop_event (event: event) : unit =
        Null.check "Lwt_engine.stop_event" (nameof event) event
        let stop = event.Stop
        event.Stop <- ignore
        stop ()

    /// <summary>An event of nothing: stopping it does nothing.</summary>
    let fake_event: event = event ()

    // What an engine calls back: Key is a descriptor or a time.
    [<NoEquality; NoComparison>]
    type private Watcher<'key> =
        {
            Key: 'key
            Call: event -> unit
            Event: event
        }

    let private number (fd: Unix.file_descr) = int (fd.DangerousGetHandle())

    /// <summary>
    /// An engine. Derive from it to make one of your own: <c>iter</c>, <c>cleanup</c> and the three that register. (In OCaml
    /// those but <c>iter</c> are private methods, which F# does not have.)
    /// </summary>
    [<AbstractClass; AllowNullLiteral>]
    type ``abstract``() =
        let readables = LinkedList<Watcher<Unix.file_descr>>()
        let writables = LinkedList<Watcher<Unix.file_descr>>()
        let timers = LinkedList<Watcher<struct (float * bool)>>()

        /// <summary>
        /// Waits, if it is to block, until one of the events that are registered happens; calls the functions of those that
        /// have.
        /// </summary>
        abstract iter: block: bool -> unit

        /// <summary>Gives back what the engine has of the system.</summary>
        abstract cleanup: unit -> unit

        /// <summary>
        /// Has <c>iter</c> call a function each time that it finds a descriptor readable, until the result is forced.
        /// </summary>
        abstract register_readable: fd: Unix.file_descr -> f: (unit -> unit) -> Lazy<unit>

        /// <summary>As <c>register_readable</c>, when the descriptor is writable.</summary>
        abstract register_writable: fd: Unix.file_descr -> f: (unit -> unit) -> Lazy<unit>

        /// <summary>
        /// Has <c>iter</c> call a function once after so many seconds, or again and again, until the result is forced.
        /// </summary>
        abstract register_timer: delay: float -> repeat: bool -> f: (unit -> unit) -> Lazy<unit>

        // Where what iter calls waits for the loop's dispatch; null while no loop has the engine.
        member val internal Ready: Queue<unit -> unit> | null = null with get, set

        // What the core knows it as; null until then.
        member val internal Core: IEngine | null = null with get, set

        member private this.Add
            (list: LinkedList<Watcher<'key>>)
            (event: event)
            (key: 'key)
            (f: event -> unit)
            (register: (unit -> unit) -> Lazy<unit>)
            : unit =
            let node = LinkedListNode { Key = key; Call = f; Event = event }

            // It may have been stopped since it was found ready.
            let call () =
                if not (isNull node.List) then
                    f event

            let stop =
                register (fun () ->
                    match this.Ready with
                    | null -> call ()
                    | ready -> ready.Enqueue call)

            list.AddLast node

            event.Stop <-
                fun () ->
                    list.Remove node
                    stop.Force()

        member private this.AddReadable event fd f =
            this.Add readables event fd f (this.register_readable fd)

        member private this.AddWritable event fd f =
            this.Add writables event fd f (this.register_writable fd)

        member private this.AddTimer event delay repeat f =
            this.Add timers event (struct (delay, repeat)) f (this.register_timer delay repeat)

        /// <summary>Calls a function each time that a descriptor is readable.</summary>
        member this.on_readable (fd: Unix.file_descr) (f: event -> unit) : event =
            let event = event ()
            this.AddReadable event fd f
            event

        /// <summary>Calls a function each time that a descriptor is writable.</summary>
        member this.on_writable (fd: Unix.file_descr) (f: event -> unit) : event =
            let event = event ()
            this.AddWritable event fd f
            event

        /// <summary>Calls a function after so many seconds: once, or each time that they have passed.</summary>
        member this.on_timer (delay: float) (repeat: bool) (f: event -> unit) : event =
            let event = event ()
            this.AddTimer event delay repeat f
            event

        /// <summary>Calls the functions of a descriptor, as if it were ready.</summary>
        member _.fake_io(fd: Unix.file_descr) : unit =
            for list in [ readables; writables ] do
                for watcher in Seq.toArray list do
                    if number watcher.Key = number fd then
                        watcher.Call watcher.Event

        /// <summary>How many events wait for a descriptor to be readable.</summary>
        member _.readable_count: int = readables.Count

        /// <summary>How many events wait for a descriptor to be writable.</summary>
        member _.writable_count: int = writables.Count

        /// <summary>How many timers there are: those that were called once too, until they are stopped.</summary>
        member _.timer_count: int = timers.Count

        /// <summary>Moves all events to another engine. Timers begin anew there.</summary>
        member _.transfer(engine: ``abstract``) : unit =
            for watcher in Seq.toArray readables do
                stop_event watcher.Event
                engine.AddReadable watcher.Event watcher.Key watcher.Call

            for watcher in Seq.toArray writables do
                stop_event watcher.Event
                engine.AddWritable watcher.Event watcher.Key watcher.Call

            for watcher in Seq.toArray timers do
                stop_event watcher.Event
                let struct (delay, repeat) = watcher.Key
                engine.AddTimer watcher.Event delay repeat watcher.Call

        /// <summary>Stops all events, and gives back what the engine has of the system.</summary>
        member this.destroy() : unit =
            for list in [ readables; writables ] do
                for watcher in Seq.toArray list do
                    stop_event watcher.Event

            for watcher in Seq.toArray timers do
                stop_event watcher.Event

            this.cleanup ()

    /// <summary>An engine.</summary>
    type t = ``abstract``

    // An event's function, for an engine of the core: its exceptions go where those of posts go, and the event goes on.
    let private guarded (f: unit -> unit) =
        try
            f ()
        with e ->
            Lwt.async (fun () -> Lwt.fail e)

    let private every (wait: unit -> unit Lwt.t) (f: unit -> unit) : Lazy<unit> =
        let stopped = ref false
        let waiting = ref Lwt.return_unit

        let rec next () =
            waiting.Value <- wait ()

            Lwt.bind waiting.Value (fun () ->
                if not stopped.Value then
                    guarded f

                if stopped.Value then Lwt.return_unit else next ())

        Lwt.dont_wait next (fun e ->
            if not stopped.Value then
                guarded (fun () -> raise e))

        lazy
            (stopped.Value <- true
             Lwt.cancel waiting.Value)

    // An engine of the core. What is registered are promises of the loop.
    [<Sealed>]
    type private BuiltIn(loop: EventLoop) =
        inherit ``abstract``()

        let toUnit (p: Promise) : unit Lwt.t =
            Lwt.map (fun (_: Lwt.Core.Unit) -> ()) (p.AsUnit())

        // As long as it is ready it is told in each iteration, and not more often.
        let watch (fd: Unix.file_descr) (wait: Port -> Promise) (f: unit -> unit) =
            let port = loop.Ports.Watch fd

            let stop =
                every (fun () -> Lwt.bind (Lwt.pause ()) (fun () -> toUnit (wait port))) f

            lazy
                (stop.Force()
                 port.Close())

        override _.iter block = loop.IterateEngine block
        override _.cleanup() = ()
        override _.register_readable fd f = watch fd _.Readable() f
        override _.register_writable fd f = watch fd _.Writable() f

        override _.register_timer delay repeat f =
            if repeat then
                every (fun () -> Primitives.Sleep<unit> delay) f
            else
                let sleep = Primitives.Sleep<unit> delay
                Lwt.on_success sleep (fun () -> guarded f)
                lazy Lwt.cancel sleep

    // What an operation of a port has registered; null where none has.
    [<Sealed; AllowNullLiteral>]
    type private Registration() =
        member val Reads: Lazy<unit> | null = null with get, set
        member val Writes: Lazy<unit> | null = null with get, set

        member this.Get writes =
            if writes then this.Writes else this.Reads

        member this.Set(writes, registered) =
            if writes then
                this.Writes <- registered
            else
                this.Reads <- registered

        member this.Stop writes =
            match this.Get writes with
            | null -> ()
            | registered ->
                this.Set(writes, null)
                registered.Force()

    // A user's engine, as the core knows engines. What iter calls is kept until the loop dispatches.
    [<Sealed>]
    type private UserEngine(engine: ``abstract``) as this =
        let ready = Queue<unit -> unit>()
        let wakeup = new EngineWakeup()
        let ports = DescriptorPorts this
        let registered = Dictionary<ReadinessPort, Registration>()

        let handle (descriptor: int) =
            new SafeFileHandle(nativeint descriptor, false)

        do
            engine.Ready <- ready
            engine.register_readable (handle wakeup.Descriptor) ignore |> ignore

        member _.Engine = engine

        interface IReadiness with
            member _.Watched = registered.Keys

            member _.Watch(port, writes) =
                let registration =
                    match registered.TryGetValue port with
                    | true, registration -> registration
                    | _ ->
                        let registration = Registration()
                        registered[port] <- registration
                        registration

                let isCurrent () =
                    match registered.TryGetValue port with
                    | true, current -> obj.ReferenceEquals(current, registration)
                    | _ -> false

                let call () =
                    if port.Waits writes then
                        ready.Enqueue(fun () ->
                            if isCurrent () then
                                port.Signal(not writes, writes, false))
                    else
                        registration.Stop writes

                if isNull (registration.Get writes) then
                    let fd = handle port.Descriptor

                    registration.Set(
                        writes,
                        if writes then
                            engine.register_writable fd call
                        else
                            engine.register_readable fd call
                    )

            member _.Forget port =
                match registered.TryGetValue port with
                | true, registration ->
                    registered.Remove port |> ignore
                    registration.Stop false
                    registration.Stop true
                | _ -> ()

        interface IEngine with
            member _.Clock = TimeProvider.System
            member _.Ports = ports

            member _.Watches =
                ports.Wait
                || engine.readable_count > 0
                || engine.writable_count > 0
                || engine.timer_count > 0

            member _.IsReady = ready.Count > 0 || ports.AreReady

            member _.Poll timeout =
                if ready.Count > 0 then
                    ()
                elif timeout.HasValue && timeout.Value <= TimeSpan.Zero then
                    engine.iter false
                else
                    try
                        if wakeup.BeginWait() then
                            let timer =
                                if timeout.HasValue then
                                    engine.register_timer timeout.Value.TotalSeconds false ignore
                                else
                                    lazy ()

                            try
                                engine.iter true
                            finally
                                timer.Force()
                    finally
                        wakeup.EndWait()

            member _.Dispatch() =
                ports.BeginDispatch ready.Count
                let mutable left = ready.Count

                // Each is taken before it is called: an exception loses no other.
                while left > 0 && ready.Count > 0 do
                    left <- left - 1
                    ready.Dequeue () ()

                ports.EndDispatch()

            member _.Wake() = wakeup.Wake()

            member _.Dispose() =
                ports.Close()
                engine.destroy ()
                wakeup.Dispose()

        override _.ToString() = string (engine.GetType().Name)

    [<AllowNullLiteral>]
    type private Sleeper() =
        member val Time = 0.0 with get, set
        member val IsStopped = false with get, set
        member val Action: unit -> unit = ignore with get, set

    /// <summary>
    /// An engine that waits by a function like poll: give it <c>poll</c>, and <c>cleanup</c> where there is something to give
    /// back.
    /// </summary>
    [<AbstractClass; AllowNullLiteral>]
    type poll_based() =
        inherit ``abstract``()

        let reads = Dictionary<int, LinkedList<unit -> unit>>()
        let writes = Dictionary<int, LinkedList<unit -> unit>>()
        let sleepers = PriorityQueue<Sleeper, float>()

        // Since the last iteration: they wait for the next, so that a repeated timer without a delay does not keep this one.
        let added = Queue<Sleeper>()

        let now () =
            float (Stopwatch.GetTimestamp()) / float Stopwatch.Frequency

        let register (map: Dictionary<int, LinkedList<unit -> unit>>) (fd: Unix.file_descr) (f: unit -> unit) =
            let key = number fd

            let list =
                match map.TryGetValue key with
                | true, list -> list
                | _ ->
                    let list = LinkedList()
                    map[key] <- list
                    list

            let node = list.AddLast f

            lazy
                (list.Remove node

                 if list.Count = 0 then
                     map.Remove key |> ignore)

        let invoke (map: Dictionary<int, LinkedList<unit -> unit>>) (fd: Unix.file_descr) =
            match map.TryGetValue(number fd) with
            | true, list ->
                for f in Seq.toArray list do
                    f ()
            | _ -> ()

        let rec next () =
            match sleepers.TryPeek() with
            | true, sleeper, _ when sleeper.IsStopped ->
                sleepers.Dequeue() |> ignore
                next ()
            | true, sleeper, _ -> max 0.0 (sleeper.Time - now ())
            | _ -> -1.0

        let rec fire time =
            match sleepers.TryPeek() with
            | true, sleeper, due when due <= time ->
                sleepers.Dequeue() |> ignore

                if not sleeper.IsStopped then
                    sleeper.Action()

                fire time
            | _ -> ()

        /// <summary>
        /// Waits until a descriptor is readable, if its first flag is set, or writable, if its second is; or until so many
        /// seconds have passed, of which a negative number is no limit. Returns those that are ready, and for what.
        /// </summary>
        abstract poll:
            fds: (Unix.file_descr * bool * bool) list -> timeout: float -> (Unix.file_descr * bool * bool) list

        /// <summary>Waits once, then calls the functions of timers, and of descriptors.</summary>
        override this.iter block =
            while added.Count > 0 do
                let sleeper = added.Dequeue()
                sleepers.Enqueue(sleeper, sleeper.Time)

            let fds =
                [
                    for key in Seq.distinct (Seq.append reads.Keys writes.Keys) |> Seq.toArray do
                        new SafeFileHandle(nativeint key, false), reads.ContainsKey key, writes.ContainsKey key
                ]

            let found =
                try
                    this.poll fds (if block then next () else 0.0)
                with Unix.Unix_error(Unix.EINTR, _, _) ->
                    []

            fire (now ())

            for fd, readable, writable in found do
                if readable then
                    invoke reads fd

                if writable then
                    invoke writes fd

        /// <summary>Does nothing.</summary>
        override _.cleanup() = ()

        /// <summary>See <c>abstract</c>.</summary>
        override _.register_readable fd f = register reads fd f

        /// <summary>See <c>abstract</c>.</summary>
        override _.register_writable fd f = register writes fd f

        /// <summary>See <c>abstract</c>.</summary>
        override _.register_timer delay repeat f =
            let sleeper = Sleeper()

            let start () =
                sleeper.Time <- now () + delay
                added.Enqueue sleeper

            sleeper.Action <-
                fun () ->
                    if repeat then
                        start ()

                    f ()

            start ()
            lazy (sleeper.IsStopped <- true)

    /// <summary>
    /// An engine that waits by a function like select: give it <c>select</c>, and <c>cleanup</c> where there is something to
    /// give back.
    /// </summary>
    [<AbstractClass; AllowNullLiteral>]
    type select_based() =
        inherit poll_based()

        /// <summary>
        /// Waits until one of the first descriptors is readable, or one of the second writable, or so many seconds have
        /// passed, of which a negative number is no limit. Returns those that are readable, and those that are writable.
        /// </summary>
        abstract select:
            reads: Unix.file_descr list ->
            writes: Unix.file_descr list ->
            timeout: float ->
                Unix.file_descr list * Unix.file_descr list

        /// <summary>Calls <c>select</c>.</summary>
        override this.poll fds timeout =
            let reads, writes =
                this.select
                    [
                        for fd, reads, _ in fds do
                            if reads then
                                fd
                    ]
                    [
                        for fd, _, writes in fds do
                            if writes then
                                fd
                    ]
                    timeout

            [
                for fd in reads -> fd, true, false
                for fd in writes -> fd, false, true
            ]

    [<DllImport("libc", EntryPoint = "poll", SetLastError = true)>]
    extern int private wait_poll(int[] requests, unativeint count, int milliseconds)

    /// <summary>
    /// An engine that waits by poll(2), which takes all descriptors, and each time anew. (OCaml's waits by select(2), which
    /// takes those below 1,024.) Linux.
    /// </summary>
    [<Sealed; AllowNullLiteral>]
    type select() =
        inherit poll_based()

        /// <summary>Waits by poll(2).</summary>
        override _.poll fds timeout =
            let fds = List.toArray fds
            let requests = Array.zeroCreate (2 * fds.Length)

            fds
            |> Array.iteri (fun i (fd, reads, writes) ->
                requests[2 * i] <- number fd
                requests[2 * i + 1] <- (if reads then 1 else 0) ||| (if writes then 4 else 0))

            let milliseconds =
                if timeout < 0.0 then
                    -1
                else
                    int (min (ceil (timeout * 1000.0)) (float Int32.MaxValue))

            if wait_poll (requests, unativeint fds.Length, milliseconds) < 0 then
                match Marshal.GetLastPInvokeError() with
                | 4 -> []
                | error -> raise (Unix.Unix_error(Unix.errorOfNumber error, "poll", ""))
            else
                [
                    for i in 0 .. fds.Length - 1 do
                        let fd, reads, writes = fds[i]
                        let found = requests[2 * i + 1] >>> 16
                        // An error, a peer that is gone and a descriptor that is closed are for whoever tries.
                        let failed = found &&& 0x38 <> 0

                        if found <> 0 then
                            fd, reads && (failed || found &&& 1 <> 0), writes && (failed || found &&& 4 <> 0)
                ]

    let private builtIn = ConditionalWeakTable<IEngine, t>()

    /// <summary>The engine of this thread's loop.</summary>
    let get () : t =
        let loop = EventLoop.Current

        match loop.CurrentEngine with
        | :? UserEngine as user -> user.Engine
        | engine ->
            builtIn.GetValue(
                engine,
                (fun engine ->
                    let made = BuiltIn loop
                    made.Core <- engine
                    made)
            )

    let internal change (engine: t) (transfer: bool) (destroy: bool) : unit =
        let loop = EventLoop.Current
        let before = get ()

        if not (obj.ReferenceEquals(before, engine)) then
            let old = loop.CurrentEngine

            let core =
                match engine.Core with
                | null ->
                    let core: IEngine = new UserEngine(engine)
                    engine.Core <- core
                    core
                | core -> core

            loop.SetEngine(core, transfer, false)

            if transfer then
                before.transfer engine

            if destroy then
                before.destroy ()
                Primitives.Retire(loop, old)

    /// <summary>
    /// Waits in the engine once, if it is to block and something can come, and runs the functions and callbacks of what has
    /// come. Pauses and posts wait for the loop.
    /// </summary>
    let iter (block: bool) : unit = EventLoop.Current.IterateEngine block

    /// <summary>
    /// Calls a function each time that a descriptor is readable: in each iteration of the loop in which it still is.
    /// </summary>
    /// <exception cref="T:System.NotSupportedException">The engine does not wait for descriptors.</exception>
    let on_readable (fd: Unix.file_descr) (f: event -> unit) : event =
        Null.check "Lwt_engine.on_readable" (nameof fd) fd
        Null.check "Lwt_engine.on_readable" (nameof f) f
        get().on_readable fd f

    /// <summary>As <c>on_readable</c>, when the descriptor is writable.</summary>
    /// <exception cref="T:System.NotSupportedException">The engine does not wait for descriptors.</exception>
    let on_writable (fd: Unix.file_descr) (f: event -> unit) : event =
        Null.check "Lwt_engine.on_writable" (nameof fd) fd
        Null.check "Lwt_engine.on_writable" (nameof f) f
        get().on_writable fd f

    /// <summary>
    /// Calls a function after so many seconds on the loop's clock: once, or each time that they have passed.
    /// </summary>
    let on_timer (delay: float) (repeat: bool) (f: event -> unit) : event =
        Null.check "Lwt_engine.on_timer" (nameof f) f
        get().on_timer delay repeat f

    /// <summary>How many events wait for a descriptor to be readable.</summary>
    let readable_count () : int = get().readable_count

    /// <summary>How many events wait for a descriptor to be writable.</summary>
    let writable_count () : int = get().writable_count

    /// <summary>How many timers there are: those that were called once too, until they are stopped.</summary>
    let timer_count () : int = get().timer_count

    /// <summary>Calls the functions of a descriptor's events, as if it were ready.</summary>
    let fake_io (fd: Unix.file_descr) : unit =
        Null.check "Lwt_engine.fake_io" (nameof fd) fd
        get().fake_io fd

/// <summary>The function of <c>Lwt_engine</c> that has optional arguments.</summary>
[<AbstractClass; Sealed>]
type Lwt_engine =

    /// <summary>
    /// Has the loop of this thread wait with another engine. With <paramref name="transfer"/>, the default, events move there,
    /// and so do sockets and pipes and what waits for them. With <paramref name="destroy"/>, the default, the old engine
    /// is destroyed.
    /// </summary>
    /// <exception cref="T:System.InvalidOperationException">The sockets of the old engine cannot move to the new one.</exception>
    static member set(engine: Lwt_engine.t, ?transfer: bool, ?destroy: bool) : unit =
        Null.check "Lwt_engine.set" (nameof engine) engine
        Lwt_engine.change engine (defaultArg transfer true) (defaultArg destroy true)
