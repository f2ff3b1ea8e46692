/// The core's channels in the terms of Lwt_io.
module internal Lwt.FSharp.Channels

open System
open System.IO
open System.Runtime.InteropServices
open System.Threading
open Lwt.Core
open Lwt.Core.CompilerServices

/// The function of atomic and direct_access as a struct that the core calls.
[<Struct>]
type Block<'channel, 'b>(f: 'channel -> Promise<'b>) =
    interface IChannelBlock<'channel, 'b> with
        member _.Invoke channel = f channel

let mutable private defaultSize = ChannelOptions().BufferSize

/// How many bytes the buffers of new channels have.
let size () = Volatile.Read &defaultSize

let setSize (size: int) = Volatile.Write(&defaultSize, size)

let options (bufferSize: int option) =
    ChannelOptions(BufferSize = Option.defaultWith size bufferSize)

/// Of the core's promise without a value.
let toUnit (p: Promise) : unit Promise =
    if p.IsFulfilled then
        Lwt.return_unit
    else
        Lwt.map (fun (_: Lwt.Core.Unit) -> ()) (p.AsUnit())

type Perform = Memory<byte> -> int -> int -> int Promise
type Seek = int64 -> Unix.seek_command -> int64 Promise
type Close = unit -> unit Promise

/// What makes channels of one mode.
type Ends<'channel> =
    {
        IsInput: bool
        OfPort: Port -> ChannelOptions -> 'channel
        OfMemory: Memory<byte> -> 'channel
        Make: Perform -> Seek option -> Close option -> ChannelOptions -> 'channel
    }

let private seeker (seek: Seek option) : Func<int64, SeekOrigin, int64 Promise> | null =
    match seek with
    | None -> null
    | Some seek ->
        Func<_, _, _>(fun offset origin ->
            match origin with
            | SeekOrigin.Begin -> seek offset Unix.SEEK_SET
            | SeekOrigin.Current -> seek offset Unix.SEEK_CUR
            | _ -> seek offset Unix.SEEK_END)

let private closer (close: Close option) : Func<Promise> | null =
    match close with
    | None -> null
    | Some close -> Func<Promise>(fun () -> close ())

let input: Ends<InputChannel> =
    {
        IsInput = true
        OfPort = fun port options -> InputChannel.Of(port, options)
        OfMemory = fun memory -> InputChannel.Of(Memory.op_Implicit memory: ReadOnlyMemory<byte>)
        Make =
            fun perform seek close options ->
                let read (memory: Memory<byte>) = perform memory 0 memory.Length
                InputChannel.Create(Func<_, _> read, seeker seek, closer close, options)
    }

let output: Ends<OutputChannel> =
    {
        IsInput = false
        OfPort = fun port options -> OutputChannel.Of(port, options)
        OfMemory = fun memory -> OutputChannel.Of memory
        Make =
            fun perform seek close options ->
                let write (memory: ReadOnlyMemory<byte>) =
                    perform (MemoryMarshal.AsMemory memory) 0 memory.Length

                OutputChannel.Create(Func<_, _> write, seeker seek, closer close, options)
    }

/// A channel over a port that is closed by a function.
let ofPort (ends: Ends<'channel>) (port: Port) (close: Close option) (options: ChannelOptions) : 'channel =
    match close with
    | None -> ends.OfPort port options
    | Some _ ->
        let perform (memory: Memory<byte>) offset length =
            if ends.IsInput then
                port.Read(memory.Slice(offset, length))
            else
                port.Write(Memory.op_Implicit (memory.Slice(offset, length)))

        ends.Make perform None close options

let atomic (f: 'channel -> 'b Promise) (channel: Channel) : 'b Promise =
    let block (inner: Channel) = f (unbox<'channel>(box inner))

    match channel with
    | :? InputChannel as channel ->
        Primitives.Atomic<'b, Block<InputChannel, 'b>>(channel, Block<InputChannel, 'b>(fun inner -> block inner))
    | channel ->
        Primitives.Atomic<'b, Block<OutputChannel, 'b>>(
            downcast channel,
            Block<OutputChannel, 'b>(fun inner -> block inner)
        )

let directAccess (f: DirectAccess -> 'b Promise) (channel: Channel) : 'b Promise =
    match channel with
    | :? InputChannel as channel ->
        Primitives.DirectAccess<'b, Block<DirectAccess, 'b>>(channel, Block<DirectAccess, 'b> f)
    | channel -> Primitives.DirectAccess<'b, Block<DirectAccess, 'b>>((downcast channel: OutputChannel), Block<_, _> f)

/// Calls a function on so many bytes of the buffer, which count as read or written then.
let block (size: int) (f: Memory<byte> -> int -> 'b Promise) (channel: Channel) : 'b Promise =
    let rec enough (access: DirectAccess) : unit Promise =
        if access.End - access.Position >= size then
            Lwt.return_unit
        else
            Lwt.bind (access.Perform()) (fun count ->
                if count = 0 && (channel :? InputChannel) then
                    Lwt.fail (EndOfFileException())
                else
                    enough access)

    directAccess
        (fun access ->
            Lwt.bind (enough access) (fun () ->
                let position = access.Position
                access.Position <- position + size
                f access.Buffer position))
        channel
