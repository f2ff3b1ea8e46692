/// Users and groups, looked up on a thread of the loop's pool: the system may ask a server.
module internal Lwt.FSharp.Users

open System
open Lwt.Core
open Lwt.Core.CompilerServices
open Unix

let private look (call: string) (argument: string) (find: unit -> 'a | null) (make: 'a -> 'b) : 'b Lwt.t =
    let work () =
        match find () with
        | null -> raise (NotFoundException $"{call}: {argument} is not known.")
        | found -> make found

    Primitives.Detach(EventLoop.Current.Workers, $"{call} of {argument}", Func<'b> work)

let private user (entry: UserEntry) : passwd_entry =
    {
        pw_name = entry.Name
        pw_passwd = entry.Password
        pw_uid = entry.UserId
        pw_gid = entry.GroupId
        pw_gecos = entry.Comment
        pw_dir = entry.Folder
        pw_shell = entry.Shell
    }

let private group (entry: GroupEntry) : group_entry =
    {
        gr_name = entry.Name
        gr_passwd = entry.Password
        gr_gid = entry.GroupId
        gr_mem = entry.Members
    }

let byName (name: string) : passwd_entry Lwt.t =
    look "getpwnam" name (fun () -> Primitives.FindUser name) user

let byId (id: int) : passwd_entry Lwt.t =
    look "getpwuid" (string id) (fun () -> Primitives.FindUser id) user

let groupByName (name: string) : group_entry Lwt.t =
    look "getgrnam" name (fun () -> Primitives.FindGroup name) group

let groupById (id: int) : group_entry Lwt.t =
    look "getgrgid" (string id) (fun () -> Primitives.FindGroup id) group

let login () : string Lwt.t =
    Primitives.Detach(EventLoop.Current.Workers, "getlogin", Func<string> Primitives.LoginName)
