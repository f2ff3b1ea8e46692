/// Files in the terms of Unix and Lwt_io.
module internal Lwt.FSharp.Files

open System
open System.IO
open Lwt.Core
open Lwt.Core.CompilerServices
open Unix

let private opening (flag: open_flag) : FileOpening =
    match flag with
    | O_RDONLY -> FileOpening.Read
    | O_WRONLY -> FileOpening.Write
    | O_RDWR -> FileOpening.Read ||| FileOpening.Write
    | O_NONBLOCK -> FileOpening.NonBlocking
    | O_APPEND -> FileOpening.Append
    | O_CREAT -> FileOpening.Create
    | O_TRUNC -> FileOpening.Truncate
    | O_EXCL -> FileOpening.Exclusive
    | O_NOCTTY -> FileOpening.NoControllingTerminal
    | O_DSYNC -> FileOpening.DataSync
    | O_SYNC
    | O_RSYNC -> FileOpening.Sync
    | O_KEEPEXEC -> FileOpening.Inheritable
    | O_SHARE_DELETE
    | O_CLOEXEC -> enum 0

/// The first of O_RDONLY, O_WRONLY and O_RDWR counts no more than the others: all that is asked for may be done.
let openFile (path: string) (flags: open_flag list) (permissions: int) : Port Lwt.t =
    let how = List.fold (fun how flag -> how ||| opening flag) (enum 0) flags
    Primitives.OpenFile(path, how, permissions)

let private kind (status: FileStatus) : file_kind =
    match status.Kind with
    | FileKind.Directory -> S_DIR
    | FileKind.CharacterDevice -> S_CHR
    | FileKind.BlockDevice -> S_BLK
    | FileKind.SymbolicLink -> S_LNK
    | FileKind.Fifo -> S_FIFO
    | FileKind.Socket -> S_SOCK
    | _ -> S_REG

let private seconds (time: DateTimeOffset) : float =
    float (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks)
    / float TimeSpan.TicksPerSecond

let largeStats (status: FileStatus) : LargeFile.stats =
    {
        st_dev = status.Device
        st_ino = status.Node
        st_kind = kind status
        st_perm = int status.Permissions
        st_nlink = int status.LinkCount
        st_uid = status.User
        st_gid = status.Group
        st_rdev = status.DeviceNumber
        st_size = status.Length
        st_atime = seconds status.LastAccess
        st_mtime = seconds status.LastWrite
        st_ctime = seconds status.LastChange
    }

/// A number that the call returns and that must fit into an int.
let small (call: string) (argument: string) (number: int64) : int =
    if number > int64 Int32.MaxValue then
        raise (Unix_error(EOVERFLOW, call, argument))

    int number

let stats (call: string) (argument: string) (status: FileStatus) : stats =
    {
        st_dev = status.Device
        st_ino = status.Node
        st_kind = kind status
        st_perm = int status.Permissions
        st_nlink = int status.LinkCount
        st_uid = status.User
        st_gid = status.Group
        st_rdev = status.DeviceNumber
        st_size = small call argument status.Length
        st_atime = seconds status.LastAccess
        st_mtime = seconds status.LastWrite
        st_ctime = seconds status.LastChange
    }

let origin (command: seek_command) : SeekOrigin =
    match command with
    | SEEK_SET -> SeekOrigin.Begin
    | SEEK_CUR -> SeekOrigin.Current
    | SEEK_END -> SeekOrigin.End

/// Calls a function on a file; on a port that has no positions that is an error.
let onFile (call: string) (error: error) (port: Port) (f: FilePort -> 'a Lwt.t) : 'a Lwt.t =
    match port with
    | :? FilePort as file -> f file
    | port when port.IsClosed -> Lwt.fail (Unix_error(EBADF, call, port.Description))
    | port -> Lwt.fail (Unix_error(error, call, port.Description))

/// Offsets of OCaml's can be negative: the system's error.
let at (call: string) (port: Port) (offset: int64) (f: FilePort -> 'a Lwt.t) : 'a Lwt.t =
    onFile call ESPIPE port (fun file ->
        if offset < 0L then
            Lwt.fail (Unix_error(EINVAL, call, file.Name))
        else
            f file)

let access (permissions: access_permission list) : int =
    let bit permission =
        match permission with
        | R_OK -> 4
        | W_OK -> 2
        | X_OK -> 1
        | F_OK -> 0

    List.fold (fun bits permission -> bits ||| bit permission) 0 permissions

let lockf (file: FilePort) (command: lock_command) (length: int64) : unit Lwt.t =
    let ifNot (error: error) (expected: bool) (result: bool Lwt.t) =
        Lwt.map
            (fun result ->
                if result <> expected then
                    raise (Unix_error(error, "lockf", file.Name)))
            result

    match command with
    | F_ULOCK -> ifNot EAGAIN true (Primitives.Unlock(file, length))
    | F_LOCK -> ifNot EAGAIN true (Primitives.Lock(file, false, true, length))
    | F_TLOCK -> ifNot EAGAIN true (Primitives.Lock(file, false, false, length))
    | F_RLOCK -> ifNot EAGAIN true (Primitives.Lock(file, true, true, length))
    | F_TRLOCK -> ifNot EAGAIN true (Primitives.Lock(file, true, false, length))
    | F_TEST -> ifNot EACCES false (Primitives.IsLocked(file, length))

let length (path: string) : int64 Lwt.t =
    Lwt.map
        (fun (status: FileStatus) ->
            if status.Kind = FileKind.Directory then
                raise (Unix_error(EISDIR, "file_length", path))

            status.Length)
        (Primitives.GetStatus(path, true))

/// A name for something temporary that most likely nothing has.
let temporaryName (directory: string option) (prefix: string) (suffix: string) : string =
    let directory = Option.defaultWith Path.GetTempPath directory
    Path.Combine(directory, $"{prefix}%06x{Random.Shared.Next 0x1000000}{suffix}")

/// Calls a function with one name after the other, until it does not fail because there is something of that name.
let rec attempt (tries: int) (name: unit -> string) (f: string -> 'a Lwt.t) : 'a Lwt.t =
    Lwt.catch (fun () -> f (name ())) (fun e ->
        match e with
        | Unix_error(EEXIST, _, _) when tries > 1 -> attempt (tries - 1) name f
        | e -> Lwt.fail e)
