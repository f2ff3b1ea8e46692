/// Children, files, signals and sockets, all at one time: nothing may be lost, and nothing left at the end.
module Lwt.Stress.SystemSoak

open System
open System.Diagnostics
open System.IO
open System.Net
open System.Net.Sockets
open System.Runtime.InteropServices
open System.Security.Cryptography
open Lwt.Core
open Lwt.FSharp
open Lwt.FSharp.OCaml

/// How many loops of each kind work at one time.
let private workers = 4

/// How many bytes the live heap may grow by.
let private allowance = 1L <<< 20

[<DllImport("libc")>]
extern int private kill(int pid, int signal)

let private sigusr1 = 10

/// What has been done, for the report.
type private Counts() =
    member val Children = 0 with get, set
    member val Killed = 0 with get, set
    member val Files = 0 with get, set
    member val Bytes = 0L with get, set
    member val Signals = 0 with get, set
    member val Connections = 0 with get, set

    override c.ToString() =
        $"{c.Children:N0} children, {c.Killed:N0} of them killed, {c.Files:N0} files of {c.Bytes:N0} bytes, {c.Signals:N0} signals, {c.Connections:N0} connections"

let private check (holds: bool) (message: string) =
    if not holds then
        invalidOp message

/// A child that gives back what it gets; half of them are killed before they can end.
let private child (counts: Counts) (random: Random) : unit Lwt.t =
    lwt {
        counts.Children <- counts.Children + 1

        if random.Next 2 = 0 then
            let bytes = Array.zeroCreate<byte>(random.Next(1, 100_000))
            random.NextBytes bytes
            let text = Convert.ToBase64String bytes
            let! back = Lwt_process.pmap ("", [| "/bin/cat" |]) text
            check (back = text) "A child gave back other bytes than it got."
        else
            counts.Killed <- counts.Killed + 1
            let waiting = Lwt_process.open_process_none ("", [| "/bin/sleep"; "60" |])

            if random.Next 2 = 0 then
                do! Lwt_unix.sleep (random.NextDouble() * 0.005)

            waiting.kill Sys.sigkill
            let! status = waiting.close ()
            check (status = Unix.WSIGNALED Sys.sigkill) $"A child that was killed ended as {status}."
    }

let rec private readInto (hash: IncrementalHash) fd (block: byte array) (at: int64) : unit Lwt.t =
    lwt {
        match! Lwt_unix.pread fd block at 0 block.Length with
        | 0 -> ()
        | n ->
            hash.AppendData(block, 0, n)
            return! readInto hash fd block (at + int64 n)
    }

/// A file that is written, and read back in another way.
let private file (counts: Counts) (directory: string) (random: Random) : unit Lwt.t =
    lwt {
        counts.Files <- counts.Files + 1
        let path = Path.Combine(directory, Path.GetRandomFileName())
        let bytes = Array.zeroCreate<byte>(random.Next(1, 300_000))
        random.NextBytes bytes
        counts.Bytes <- counts.Bytes + int64 bytes.Length

        do! Lwt_io.with_file Lwt_io.Output path (fun oc -> Lwt_io.write_from_exactly oc bytes 0 bytes.Length)

        use hash = IncrementalHash.CreateHash HashAlgorithmName.SHA256
        let! fd = Lwt_unix.openfile path [ Unix.O_RDONLY ] 0
        do! readInto hash fd (Array.zeroCreate (random.Next(1, 32 * 1024))) 0L
        do! Lwt_unix.close fd
        do! Lwt_unix.unlink path
        check (hash.GetHashAndReset().AsSpan().SequenceEqual(SHA256.HashData bytes)) "A file gave back other bytes."
    }

/// A signal of this process to itself, which all that wait for it get.
let private signal (counts: Counts) : unit Lwt.t =
    lwt {
        counts.Signals <- counts.Signals + 1
        let got, resolver = Lwt.wait<int>()

        let handler =
            Lwt_unix.on_signal Sys.sigusr1 (fun signal ->
                if Lwt.is_sleeping got then
                    Lwt.wakeup_later resolver signal)

        kill (Environment.ProcessId, sigusr1) |> ignore
        let! _ = got
        Lwt_unix.disable_signal_handler handler
        do! Lwt_unix.sleep 0.001
    }

/// A connection to a server that echoes.
let private connection (counts: Counts) (address: Unix.sockaddr) (random: Random) : unit Lwt.t =
    counts.Connections <- counts.Connections + 1

    Lwt_io.with_connection address (fun (ic, oc) ->
        lwt {
            let bytes = Array.zeroCreate<byte>(random.Next(1, 40_000))
            random.NextBytes bytes
            let line = Convert.ToBase64String bytes
            do! Lwt_io.write_line oc line
            let! back = Lwt_io.read_line ic
            check (back = line) "A connection gave back another line than it got."
        })

let private echo (_: Unix.sockaddr) (ic, oc) : unit Lwt.t =
    let rec loop () : unit Lwt.t =
        lwt {
            match! Lwt_io.read_line_opt ic with
            | None -> ()
            | Some line ->
                do! Lwt_io.write_line oc line
                return! loop ()
        }

    loop ()

let rec private repeatFor (begun: int64) (time: TimeSpan) (one: unit -> unit Lwt.t) : unit Lwt.t =
    lwt {
        if Stopwatch.GetElapsedTime begun < time then
            do! one ()
            return! repeatFor begun time one
    }

let private work (counts: Counts) (seed: int) (time: TimeSpan) : unit Lwt.t =
    lwt {
        let begun = Stopwatch.GetTimestamp()
        let directory = Directory.CreateTempSubdirectory("soak").FullName

        let! server =
            Lwt_io.establish_server_with_client_address (Unix.ADDR_INET(Unix.inet_addr_loopback, 0)) echo

        let address =
            Unix.ADDR_INET(Unix.inet_addr_loopback, (server.LocalEndPoint :?> IPEndPoint).Port)

        let repeat = repeatFor begun time

        // Without any handler a signal that is still on its way would end the process.
        let always = Lwt_unix.on_signal Sys.sigusr1 ignore

        do!
            Lwt.join
                [
                    for worker in 1..workers do
                        let random = Random(seed * workers + worker)
                        repeat (fun () -> child counts random)
                        repeat (fun () -> file counts directory random)
                        repeat (fun () -> signal counts)
                        repeat (fun () -> connection counts address random)
                ]

        do! Lwt_unix.sleep 0.1
        Lwt_unix.disable_signal_handler always
        do! Lwt_io.shutdown_server server
        Directory.Delete directory
    }

/// What the process has when nothing is under way: descriptors, children that have ended and were not waited for, threads, and
/// the live heap.
type private State =
    {
        Descriptors: int
        Zombies: int
        Threads: int
        Heap: int64
    }

    override s.ToString() =
        $"{s.Descriptors} descriptors, {s.Zombies} zombies, {s.Threads} threads and {s.Heap:N0} bytes live"

let private isZombie (pid: string) =
    try
        let stat = File.ReadAllText $"/proc/{pid}/stat"
        let fields = stat.Substring(stat.LastIndexOf ')' + 2).Split ' '
        fields[0] = "Z" && fields[1] = string Environment.ProcessId
    with :? IOException ->
        false

// .NET opens its own assemblies when it first needs them.
let private isOurs (descriptor: string) =
    match FileInfo(descriptor).LinkTarget with
    | null -> false
    | target -> not (target.EndsWith ".dll" || target = "/dev/urandom")

let private stateNow () =
    {
        Heap = GC.GetTotalMemory true
        Descriptors = Directory.GetFiles "/proc/self/fd" |> Array.filter isOurs |> Array.length
        Zombies =
            Directory.GetDirectories "/proc"
            |> Array.map Path.GetFileName
            |> Array.filter (fun name -> Char.IsDigit(name, 0) && isZombie name)
            |> Array.length
        Threads = Directory.GetDirectories("/proc/self/task").Length
    }

/// Threads of pools end some seconds after their last work.
let private settled (isAtRest: State -> bool) : State Lwt.t =
    let rec look left : State Lwt.t =
        lwt {
            let state = stateNow ()

            if isAtRest state || left = 0 then
                return state
            else
                do! Lwt_unix.sleep 0.5
                return! look (left - 1)
        }

    look 60

/// Runs for a time, after a tenth of it for what the first ones take.
let run (engine: IEngine) (time: TimeSpan) (say: string -> unit) : unit =
    use loop = new EventLoop(EventLoopOptions(Engine = engine))

    loop.RunHere(fun () ->
        lwt {
            do! work (Counts()) 1 (time / 10.)
            do! Lwt_unix.sleep 6.
            let! before = settled (fun state -> state.Zombies = 0)
            let counts = Counts()
            do! work counts 2 time

            let! after =
                settled (fun state ->
                    state.Descriptors <= before.Descriptors
                    && state.Zombies = 0
                    && state.Threads <= before.Threads
                    && state.Heap - before.Heap <= allowance)

            say
                $"soak of the system on {engine} for {time.TotalSeconds:F0} s: {counts}; before {before}, after {after}"

            check (after.Descriptors <= before.Descriptors) "Descriptors are left."
            check (after.Zombies = 0) "Children are left that were not waited for."
            check (after.Threads <= before.Threads) "Threads are left."
            check (after.Heap - before.Heap <= allowance) "The live heap has grown."
        })
