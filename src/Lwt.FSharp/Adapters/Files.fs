/// Files and directories, on the thread pool. What fails is Unix_error, with the call and the path.
module internal Lwt.FSharp.Files

open System
open System.IO
open System.Threading
open System.Threading.Tasks
open Lwt.Core.CompilerServices
open Unix

let private failed (call: string) (path: string) (e: exn) : exn =
    match e with
    | Unix_error(EACCES, "", "") when Directory.Exists path -> Unix_error(EISDIR, call, path)
    | Unix_error(code, "", "") -> Unix_error(code, call, path)
    | :? ArgumentException -> Unix_error(EINVAL, call, path)
    | e -> e

let private onPool (call: string) (path: string) (work: CancellationToken -> 'a) : 'a Lwt.t =
    let work token =
        try
            work token
        with e ->
            raise (failed call path e)

    Lwt.of_task (fun token -> Task.Run((fun () -> work token), token))

let private has (flags: open_flag list) (flag: open_flag) = List.contains flag flags

let private access (flags: open_flag list) =
    if has flags O_RDWR then FileAccess.ReadWrite
    elif has flags O_WRONLY then FileAccess.Write
    else FileAccess.Read

let private mode (flags: open_flag list) =
    match has flags O_CREAT, has flags O_EXCL, has flags O_TRUNC with
    | true, true, _ -> FileMode.CreateNew
    | true, false, true -> FileMode.Create
    | true, false, false -> FileMode.OpenOrCreate
    | false, _, true -> FileMode.Truncate
    | false, _, false -> FileMode.Open

let openFile (path: string) (flags: open_flag list) (permissions: int) : Stream Lwt.t =
    onPool "open" path (fun token ->
        let options =
            FileStreamOptions(
                Access = access flags,
                Mode = mode flags,
                Share = (FileShare.ReadWrite ||| FileShare.Delete),
                BufferSize = 0,
                Options =
                    (if has flags O_SYNC || has flags O_DSYNC then
                         FileOptions.Asynchronous ||| FileOptions.WriteThrough
                     else
                         FileOptions.Asynchronous)
            )

        if has flags O_CREAT && not (OperatingSystem.IsWindows()) then
            options.UnixCreateMode <- Nullable(enum<UnixFileMode>(permissions &&& 0o7777))

        let stream = new FileStream(path, options)

        if token.IsCancellationRequested then
            stream.Dispose()
            token.ThrowIfCancellationRequested()

        if has flags O_APPEND then
            Primitives.TryAppendAlways stream.SafeFileHandle |> ignore
            stream.Seek(0L, SeekOrigin.End) |> ignore

        stream :> Stream)

/// The file of a descriptor that blocks; each read and write is on the thread pool.
let ofHandle (isInput: bool) (handle: file_descr) : Stream =
    new FileStream(handle, (if isInput then FileAccess.Read else FileAccess.Write), 0)

let length (path: string) : int64 Lwt.t =
    onPool "stat" path (fun _ ->
        if Directory.Exists path then
            raise (Unix_error(EISDIR, "file_length", path))

        FileInfo(path).Length)

let delete (path: string) : unit Lwt.t =
    onPool "unlink" path (fun _ ->
        // .NET says nothing of a file that is not there.
        if not (Path.Exists path) && isNull (FileInfo(path).LinkTarget) then
            raise (Unix_error(ENOENT, "unlink", path))

        File.Delete path)

let makeDirectory (path: string) (permissions: int) : unit Lwt.t =
    onPool "mkdir" path (fun _ -> Primitives.MakeDirectory(path, permissions))

/// Deletes a directory and all that is in it; links, not what they lead to.
let deleteDirectory (path: string) : unit Lwt.t =
    onPool "rmdir" path (fun _ -> Directory.Delete(path, true))

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
