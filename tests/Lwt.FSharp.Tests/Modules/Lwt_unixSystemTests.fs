/// Lwt_unix: users, terminals, messages with descriptors, groups of hosts, processors. On Linux, by the system itself.
module Lwt.FSharp.Tests.Lwt_unixSystemTests

open System
open System.IO
open System.Net
open System.Runtime.InteropServices
open System.Text
open Expecto
open Microsoft.Win32.SafeHandles
open Lwt.Core
open Lwt.FSharp
open Lwt.FSharp.OCaml
open Lwt.FSharp.Tests.States

[<DllImport("libc")>]
extern int private posix_openpt(int flags)

[<DllImport("libc")>]
extern int private grantpt(int fd)

[<DllImport("libc")>]
extern int private unlockpt(int fd)

[<DllImport("libc")>]
extern int private ptsname_r(int fd, byte[] buffer, nativeint size)

[<DllImport("libc")>]
extern int private getuid()

let private run (body: unit -> 'a Lwt.t) : 'a =
    use loop = new EventLoop()
    loop.RunHere(fun () -> Lwt_unix.with_timeout 60.0 body)

let private fails (code: Unix.error) (p: 'a Lwt.t) : unit Lwt.t =
    Lwt.try_bind (fun () -> p) (fun _ -> failtest $"expected %A{code}") (function
        | Unix.Unix_error(actual, _, _) ->
            Expect.equal actual code "the error"
            Lwt.return_unit
        | e -> Lwt.fail e)

let private isNotFound (p: 'a Lwt.t) : unit Lwt.t =
    Lwt.try_bind (fun () -> p) (fun _ -> failtest "expected Not_found") (function
        | Not_found -> Lwt.return_unit
        | e -> Lwt.fail e)

let private users =
    testList
        "users"
        [
            test "a user by name and by number: the same entry" {
                run (fun () ->
                    lwt {
                        let! byName = Lwt_unix.getpwnam "root"
                        let! byId = Lwt_unix.getpwuid 0
                        Expect.equal byName byId "entries"
                        Expect.equal (byName.pw_name, byName.pw_uid, byName.pw_gid) ("root", 0, 0) "names and numbers"
                        Expect.equal (byName.pw_dir, Path.IsPathRooted byName.pw_shell) ("/root", true) "paths"
                    })
            }

            test "all users of the system's file: as it tells them" {
                run (fun () ->
                    lwt {
                        for line in File.ReadAllLines "/etc/passwd" do
                            let parts = line.Split ':'
                            let! entry = Lwt_unix.getpwnam parts[0]

                            Expect.equal
                                [|
                                    entry.pw_name
                                    string entry.pw_uid
                                    string entry.pw_gid
                                    entry.pw_gecos
                                    entry.pw_dir
                                    entry.pw_shell
                                |]
                                [| parts[0]; parts[2]; parts[3]; parts[4]; parts[5]; parts[6] |]
                                line
                    })
            }

            test "all groups of the system's file, with their members" {
                run (fun () ->
                    lwt {
                        for line in File.ReadAllLines "/etc/group" do
                            let parts = line.Split ':'
                            let! byName = Lwt_unix.getgrnam parts[0]
                            let! byId = Lwt_unix.getgrgid (int parts[2])

                            let members = parts[3].Split(',', StringSplitOptions.RemoveEmptyEntries)

                            Expect.equal
                                (byName.gr_name, byName.gr_gid, byName.gr_mem)
                                (parts[0], int parts[2], members)
                                line

                            Expect.equal byId.gr_gid byName.gr_gid "by number"
                    })
            }

            test "who is not known: Not_found" {
                run (fun () ->
                    lwt {
                        do! isNotFound (Lwt_unix.getpwnam "nobody-has-this-name")
                        do! isNotFound (Lwt_unix.getgrnam "nobody-has-this-name")
                        do! isNotFound (Lwt_unix.getpwuid 123456789)
                        do! isNotFound (Lwt_unix.getgrgid 123456789)
                        do! isNotFound (Lwt_unix.getpwnam "")
                        do! isNotFound (Lwt_unix.getpwnam "root\000x")
                        do! isNotFound (Lwt_unix.getpwnam (String('x', 100_000)))
                    })
            }

            test "looked up on another thread: pending at first" {
                run (fun () ->
                    let p = Lwt_unix.getpwnam "root"
                    p |> becomes Pending
                    Expect.stringContains (string p) "getpwnam of root on a thread" "what it waits for"
                    Lwt.map ignore p)
            }

            test "getlogin: a name, or the system's error" {
                run (fun () ->
                    Lwt.try_bind
                        Lwt_unix.getlogin
                        (fun name ->
                            Expect.isNotEmpty name "a name"
                            Lwt.return_unit)
                        (function
                         | Unix.Unix_error(_, "getlogin", "") -> Lwt.return_unit
                         | e -> Lwt.fail e))
            }
        ]

/// Both sides of a new terminal: what a terminal emulator has, and what a shell has, as ports to be asked.
let private openTerminal () : SafeFileHandle * SafeFileHandle =
    let readWrite, noControl = 2, 0x100
    let master = posix_openpt (readWrite ||| noControl)
    Expect.isGreaterThanOrEqual master 0 "a terminal"
    Expect.equal (grantpt master + unlockpt master) 0 "granted and unlocked"
    let name = Array.zeroCreate 64
    Expect.equal (ptsname_r (master, name, 64n)) 0 "its name"
    let path = Encoding.ASCII.GetString(name).TrimEnd '\000'

    new SafeFileHandle(nativeint master, true), File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite)

/// Runs a function on a new terminal: its port, what a terminal emulator has of it, and what a program has.
let onTerminal (f: Lwt_unix.file_descr -> SafeFileHandle -> SafeFileHandle -> unit Lwt.t) : unit =
    let master, slave = openTerminal ()
    use master = master
    use slave = slave

    run (fun () ->
        let port = EventLoop.Current.Ports.Watch slave
        Lwt.finalize (fun () -> f port master slave) (fun () -> Lwt_unix.close port))

/// Blocks; the handle stays open.
let private write (handle: SafeFileHandle) (text: string) =
    use again = new SafeFileHandle(handle.DangerousGetHandle(), false)
    use stream = new FileStream(again, FileAccess.Write, 0)
    stream.Write(Encoding.ASCII.GetBytes text)

let private read (handle: SafeFileHandle) : string =
    use again = new SafeFileHandle(handle.DangerousGetHandle(), false)
    use stream = new FileStream(again, FileAccess.Read, 0)
    let buffer = Array.zeroCreate 100
    Encoding.ASCII.GetString(buffer, 0, stream.Read(buffer, 0, 100))

let private terminals =
    testList
        "terminals"
        [
            test "tcgetattr: as a new terminal is" {
                onTerminal (fun fd _ _ ->
                    lwt {
                        let! isTerminal = Lwt_unix.isatty fd
                        Expect.isTrue isTerminal "isatty"
                        let! io = Lwt_unix.tcgetattr fd
                        Expect.isTrue (io.c_echo && io.c_icanon && io.c_isig && io.c_icrnl && io.c_opost) "switches"
                        Expect.equal (io.c_obaud, io.c_ibaud, io.c_csize, io.c_cstopb) (38400, 38400, 8, 1) "numbers"
                        Expect.equal (io.c_vintr, io.c_veof, io.c_verase) ('\003', '\004', '\127') "characters"
                        Expect.equal (io.c_vmin, io.c_vtime) (1, 0) "reads"
                    })
            }

            test "tcsetattr: each field, read again" {
                onTerminal (fun fd _ _ ->
                    lwt {
                        let! before = Lwt_unix.tcgetattr fd

                        let changes: (string * (Unix.terminal_io -> unit)) list =
                            [
                                "c_ignbrk", (fun io -> io.c_ignbrk <- not io.c_ignbrk)
                                "c_brkint", (fun io -> io.c_brkint <- not io.c_brkint)
                                "c_ignpar", (fun io -> io.c_ignpar <- not io.c_ignpar)
                                "c_parmrk", (fun io -> io.c_parmrk <- not io.c_parmrk)
                                "c_inpck", (fun io -> io.c_inpck <- not io.c_inpck)
                                "c_istrip", (fun io -> io.c_istrip <- not io.c_istrip)
                                "c_inlcr", (fun io -> io.c_inlcr <- not io.c_inlcr)
                                "c_igncr", (fun io -> io.c_igncr <- not io.c_igncr)
                                "c_icrnl", (fun io -> io.c_icrnl <- not io.c_icrnl)
                                "c_ixon", (fun io -> io.c_ixon <- not io.c_ixon)
                                "c_ixoff", (fun io -> io.c_ixoff <- not io.c_ixoff)
                                "c_opost", (fun io -> io.c_opost <- not io.c_opost)
                                "c_obaud", (fun io -> io.c_obaud <- 115200)
                                "c_ibaud", (fun io -> io.c_ibaud <- 9600)
                                "c_cstopb", (fun io -> io.c_cstopb <- 2)
                                "c_parodd", (fun io -> io.c_parodd <- not io.c_parodd)
                                "c_hupcl", (fun io -> io.c_hupcl <- not io.c_hupcl)
                                "c_clocal", (fun io -> io.c_clocal <- not io.c_clocal)
                                "c_isig", (fun io -> io.c_isig <- not io.c_isig)
                                "c_icanon", (fun io -> io.c_icanon <- not io.c_icanon)
                                "c_noflsh", (fun io -> io.c_noflsh <- not io.c_noflsh)
                                "c_echo", (fun io -> io.c_echo <- not io.c_echo)
                                "c_echoe", (fun io -> io.c_echoe <- not io.c_echoe)
                                "c_echok", (fun io -> io.c_echok <- not io.c_echok)
                                "c_echonl", (fun io -> io.c_echonl <- not io.c_echonl)
                                "c_vintr", (fun io -> io.c_vintr <- 'a')
                                "c_vquit", (fun io -> io.c_vquit <- 'b')
                                "c_verase", (fun io -> io.c_verase <- 'c')
                                "c_vkill", (fun io -> io.c_vkill <- 'd')
                                "c_veof", (fun io -> io.c_veof <- 'e')
                                "c_veol", (fun io -> io.c_veol <- 'f')
                                "c_vmin", (fun io -> io.c_vmin <- 7)
                                "c_vtime", (fun io -> io.c_vtime <- 8)
                                "c_vstart", (fun io -> io.c_vstart <- 'g')
                                "c_vstop", (fun io -> io.c_vstop <- 'h')
                            ]

                        for name, change in changes do
                            let wanted =
                                { before with
                                    c_ignbrk = before.c_ignbrk
                                }

                            change wanted
                            do! Lwt_unix.tcsetattr fd Unix.TCSANOW wanted
                            let! after = Lwt_unix.tcgetattr fd
                            Expect.equal after wanted name
                            do! Lwt_unix.tcsetattr fd Unix.TCSADRAIN before
                            let! again = Lwt_unix.tcgetattr fd
                            Expect.equal again before $"{name}, undone"
                    })
            }

            test "tcsetattr: what does not exist is EINVAL, and changes nothing" {
                onTerminal (fun fd _ _ ->
                    lwt {
                        let! before = Lwt_unix.tcgetattr fd
                        do! fails Unix.EINVAL (Lwt_unix.tcsetattr fd Unix.TCSANOW { before with c_obaud = 12345 })
                        do! fails Unix.EINVAL (Lwt_unix.tcsetattr fd Unix.TCSANOW { before with c_csize = 9 })
                        do! fails Unix.EINVAL (Lwt_unix.tcsetattr fd Unix.TCSANOW { before with c_cstopb = 3 })
                        do! fails Unix.EINVAL (Lwt_unix.tcsetattr fd Unix.TCSANOW { before with c_vintr = 'Ω' })
                        do! fails Unix.EINVAL (Lwt_unix.tcsetattr fd Unix.TCSANOW { before with c_vmin = 256 })
                        let! after = Lwt_unix.tcgetattr fd
                        Expect.equal after before "settings"
                    })
            }

            test "without echo: what is typed is not shown" {
                onTerminal (fun fd master slave ->
                    lwt {
                        let! before = Lwt_unix.tcgetattr fd
                        do! Lwt_unix.tcsetattr fd Unix.TCSAFLUSH { before with c_echo = false }
                        write master "secret\n"
                        Expect.equal (read slave) "secret\n" "what the program reads"
                        write slave "shown"
                        Expect.equal (read master) "shown" "what is shown"
                    })
            }

            test "tcflush: drops what was typed" {
                onTerminal (fun fd master slave ->
                    lwt {
                        write master "dropped\n"
                        do! Lwt_unix.tcflush fd Unix.TCIFLUSH
                        write master "kept\n"
                        Expect.equal (read slave) "kept\n" "what the program reads"
                        do! Lwt_unix.tcflush fd Unix.TCOFLUSH
                        do! Lwt_unix.tcflush fd Unix.TCIOFLUSH
                    })
            }

            test "tcflow: holds output back, then lets it go on; tcdrain waits for it" {
                onTerminal (fun fd master slave ->
                    lwt {
                        do! Lwt_unix.tcflow fd Unix.TCOOFF
                        let written = Threading.Tasks.Task.Run(fun () -> write slave "held")
                        do! Lwt_unix.sleep 0.05
                        Expect.isFalse written.IsCompleted "a write waits"
                        do! Lwt_unix.tcflow fd Unix.TCOON
                        do! Lwt.of_task (fun _ -> task { do! written })
                        do! Lwt_unix.tcdrain fd
                        Expect.equal (read master) "held" "what is shown"
                        // The characters that ask the other side.
                        do! Lwt_unix.tcflow fd Unix.TCIOFF
                        do! Lwt_unix.tcflow fd Unix.TCION
                        Expect.equal (read master) "\019\017" "stop and start"
                    })
            }

            test "tcsendbreak: a terminal of this kind takes it" {
                onTerminal (fun fd _ _ ->
                    lwt {
                        do! Lwt_unix.tcsendbreak fd 0
                        do! Lwt_unix.tcsendbreak fd 100
                    })
            }

            test "no terminal: ENOTTY; closed: EBADF" {
                run (fun () ->
                    lwt {
                        let a, b = Lwt_unix.socketpair Unix.PF_UNIX Unix.SOCK_STREAM 0
                        do! fails Unix.ENOTTY (Lwt_unix.tcgetattr a)
                        do! fails Unix.ENOTTY (Lwt_unix.tcdrain a)
                        do! fails Unix.ENOTTY (Lwt_unix.tcsendbreak a 0)
                        let! isTerminal = Lwt_unix.isatty a
                        Expect.isFalse isTerminal "isatty"
                        do! Lwt_unix.close a
                        do! fails Unix.EBADF (Lwt_unix.tcgetattr a)
                        do! fails Unix.EBADF (Lwt_unix.isatty a)
                        do! fails Unix.EBADF (Lwt_unix.tcflow a Unix.TCOON)
                        do! Lwt_unix.close b
                    })

                Lwt_main.run_virtual (fun () ->
                    let fd = Lwt_unix.socket Unix.PF_INET Unix.SOCK_STREAM 0
                    fails Unix.ENOTTY (Lwt_unix.tcgetattr fd))
            }

            test "closed while a call waits for a thread: EBADF, and never another descriptor" {
                onTerminal (fun _ _ slave ->
                    lwt {
                        let workers = EventLoop.Current.Workers
                        workers.SetBounds(0, 1)
                        use gate = new Threading.ManualResetEventSlim()
                        let busy = Lwt_unix.run_job (fun () -> gate.Wait())
                        let fd = EventLoop.Current.Ports.Watch slave
                        let drained = Lwt_unix.tcdrain fd
                        do! Lwt_unix.close fd
                        gate.Set()
                        do! busy
                        do! fails Unix.EBADF drained
                    })
            }
        ]

let private vectors (texts: string list) =
    let all = Lwt_unix.IO_vectors.create ()

    for text in texts do
        Lwt_unix.IO_vectors.append_bytes all (Encoding.UTF8.GetBytes text) 0 text.Length

    all

let private room (size: int) =
    let buffer = Array.zeroCreate size
    let all = Lwt_unix.IO_vectors.create ()
    Lwt_unix.IO_vectors.append_bytes all buffer 0 size
    all, buffer

let private messages =
    testList
        "messages"
        [
            test "send_msg and recv_msg: bytes, and a descriptor that still works" {
                run (fun () ->
                    lwt {
                        let a, b = Lwt_unix.socketpair Unix.PF_UNIX Unix.SOCK_STREAM 0
                        let reader, writer = Lwt_unix.pipe_out ()
                        let! sent = Lwt_unix.send_msg a (vectors [ "he"; "llo" ]) [ reader ]
                        reader.Dispose()
                        let io, buffer = room 10
                        let! count, fds = Lwt_unix.recv_msg b io
                        Expect.equal (sent, count) (5, 5) "bytes"
                        Expect.equal (Encoding.UTF8.GetString(buffer, 0, count)) "hello" "text"
                        let fd = List.exactlyOne fds
                        let! _ = Lwt_unix.write writer (Encoding.UTF8.GetBytes "pipe") 0 4
                        do! Lwt_unix.close writer
                        use stream = new FileStream(fd, FileAccess.Read, 0)
                        Expect.equal ((new StreamReader(stream)).ReadToEnd()) "pipe" "through the descriptor"
                        do! Lwt_unix.close a
                        do! Lwt_unix.close b
                    })
            }

            test "recv_msg: pending, cancelled, goes to the next" {
                run (fun () ->
                    lwt {
                        let a, b = Lwt_unix.socketpair Unix.PF_UNIX Unix.SOCK_STREAM 0
                        let first = Lwt_unix.recv_msg b (fst (room 4))
                        let second = Lwt_unix.recv_msg b (fst (room 4))
                        first |> becomes Pending
                        Lwt.cancel first
                        first |> becomes Cancelled
                        let! _ = Lwt_unix.send_msg a (vectors [ "x" ]) []
                        let! count, fds = second
                        Expect.equal (count, fds.IsEmpty) (1, true) "received"
                    })
            }

            test "send_msgto: to an address" {
                run (fun () ->
                    lwt {
                        let udp () =
                            lwt {
                                let fd = Lwt_unix.socket Unix.PF_INET Unix.SOCK_DGRAM 0
                                do! Lwt_unix.bind fd (Unix.ADDR_INET(Unix.inet_addr_loopback, 0))
                                return fd
                            }

                        let! a = udp ()
                        let! b = udp ()
                        let! sent = Lwt_unix.send_msgto a (vectors [ "a"; "b" ]) [] (Lwt_unix.getsockname b)
                        let! count, _ = Lwt_unix.recv_msg b (fst (room 4))
                        Expect.equal (sent, count) (2, 2) "bytes"
                    })
            }

            test "where no descriptor can be passed: Not_available" {
                Lwt_main.run_virtual (fun () ->
                    lwt {
                        let a, b = Lwt_unix.socketpair Unix.PF_UNIX Unix.SOCK_STREAM 0
                        use file = File.OpenHandle(typeof<EventLoop>.Assembly.Location)

                        let! refused =
                            Lwt.catch
                                (fun () -> Lwt.map (fun _ -> "") (Lwt_unix.send_msg a (vectors [ "x" ]) [ file ]))
                                (function
                                 | Lwt_sys.Not_available feature -> Lwt.return' feature
                                 | e -> Lwt.fail e)

                        Expect.equal refused "fd_passing" "the feature"
                        let! _ = Lwt_unix.send_msg a (vectors [ "x" ]) []
                        let! count, _ = Lwt_unix.recv_msg b (fst (room 4))
                        Expect.equal count 1 "bytes go"

                        Expect.throwsT<Lwt_sys.Not_available>
                            (fun () -> Lwt_unix.get_credentials a |> ignore)
                            "credentials"
                    })
            }

            test "get_credentials: this process" {
                run (fun () ->
                    let a, _ = Lwt_unix.socketpair Unix.PF_UNIX Unix.SOCK_STREAM 0
                    let peer = Lwt_unix.get_credentials a
                    Expect.equal (peer.cred_pid, peer.cred_uid) (Environment.ProcessId, getuid ()) "who"
                    Lwt.return_unit)
            }
        ]

let private groups =
    testList
        "groups of hosts"
        [
            test "joined: what is sent to it comes; left: an error to leave again" {
                run (fun () ->
                    lwt {
                        let group = Unix.inet_addr_of_string "239.255.77.8"
                        let receiver = Lwt_unix.socket Unix.PF_INET Unix.SOCK_DGRAM 0
                        do! Lwt_unix.bind receiver (Unix.ADDR_INET(Unix.inet_addr_any, 0))
                        let sender = Lwt_unix.socket Unix.PF_INET Unix.SOCK_DGRAM 0
                        do! Lwt_unix.bind sender (Unix.ADDR_INET(Unix.inet_addr_loopback, 0))
                        Lwt_unix.mcast_set_loop sender true
                        Lwt_unix.mcast_set_ttl sender 1
                        Lwt_unix.mcast_add_membership_with (receiver, group, ifname = Unix.inet_addr_loopback)

                        let port =
                            match Lwt_unix.getsockname receiver with
                            | Unix.ADDR_INET(_, port) -> port
                            | _ -> failtest "an address"

                        let received = Lwt_unix.recv receiver (Array.zeroCreate 8) 0 8 []
                        let! _ = Lwt_unix.sendto sender [| 1uy; 2uy |] 0 2 [] (Unix.ADDR_INET(group, port))
                        let! count = received
                        Expect.equal count 2 "bytes"
                        Lwt_unix.mcast_drop_membership_with (receiver, group, ifname = Unix.inet_addr_loopback)

                        match
                            (try
                                Lwt_unix.mcast_drop_membership receiver group
                                None
                             with Unix.Unix_error(code, "setsockopt", _) ->
                                 Some code)
                        with
                        | Some _ -> ()
                        | None -> failtest "an error"
                    })
            }

            test "mcast_set_ttl and mcast_set_loop: of both versions of IP" {
                run (fun () ->
                    for domain in [ Unix.PF_INET; Unix.PF_INET6 ] do
                        let fd = Lwt_unix.socket domain Unix.SOCK_DGRAM 0
                        Lwt_unix.mcast_set_loop fd false
                        Lwt_unix.mcast_set_ttl fd 3

                        let level =
                            if domain = Unix.PF_INET then
                                Sockets.SocketOptionLevel.IP
                            else
                                Sockets.SocketOptionLevel.IPv6

                        Expect.equal (fd.GetOption(level, Sockets.SocketOptionName.MulticastTimeToLive)) 3 "ttl"
                        Expect.equal (fd.GetOption(level, Sockets.SocketOptionName.MulticastLoopback)) 0 "loop"

                    Lwt.return_unit)
            }
        ]

let private processors =
    testList
        "processors"
        [
            test "get_cpu is one of get_affinity, and set_affinity moves this thread" {
                let all = Lwt_unix.get_affinity ()
                Expect.isNonEmpty all "processors"
                Expect.contains all (Lwt_unix.get_cpu ()) "the one that this runs on"

                try
                    for cpu in all do
                        Lwt_unix.set_affinity [ cpu ]
                        Expect.equal (Lwt_unix.get_affinity ()) [ cpu ] "allowed"
                        Expect.equal (Lwt_unix.get_cpu ()) cpu "moved"
                finally
                    Lwt_unix.set_affinity all

                Expect.equal (Lwt_unix.get_affinity_with (pid = 0)) all "as before"
            }

            test "what does not exist: EINVAL, ESRCH" {
                let code (f: unit -> unit) =
                    try
                        f ()
                        None
                    with Unix.Unix_error(code, _, _) ->
                        Some code

                Expect.equal (code (fun () -> Lwt_unix.set_affinity [])) (Some Unix.EINVAL) "no processor"
                Expect.equal (code (fun () -> Lwt_unix.set_affinity [ 8000 ])) (Some Unix.EINVAL) "not there"

                Expect.equal
                    (code (fun () -> Lwt_unix.get_affinity_with (pid = Int32.MaxValue) |> ignore))
                    (Some Unix.ESRCH)
                    "no such process"

                Expect.throwsT<ArgumentOutOfRangeException> (fun () -> Lwt_unix.set_affinity [ -1 ]) "negative"
            }
        ]

let private features =
    testList
        "Lwt_sys"
        [
            test "have: what is here, and not libev" {
                Expect.isTrue (Lwt_sys.have Lwt_sys.Fd_passing) "descriptors"
                Expect.isTrue (Lwt_sys.have Lwt_sys.Get_credentials) "credentials"
                Expect.isFalse (Lwt_sys.have Lwt_sys.Libev) "libev"
            }

            test "byte_order and windows" {
                Expect.equal (Lwt_sys.byte_order = Lwt_sys.Little_endian) BitConverter.IsLittleEndian "order"
                Expect.isFalse Lwt_sys.windows "windows"
            }

            test "Not_available says what" {
                Expect.stringContains
                    (Lwt_sys.Not_available "fd_passing").Message
                    "fd_passing is not available"
                    "message"
            }
        ]

let private failing =
    testList
        "handle_unix_error"
        [
            test "passes what is fulfilled, and other errors" {
                Lwt_unix.handle_unix_error Lwt.return' 1 |> becomes (Value 1)
                Lwt_unix.handle_unix_error (fun () -> Lwt.fail<int> Broken) () |> becomes broken

                Lwt_unix.handle_unix_error (fun () -> raise Broken: int Lwt.t) ()
                |> becomes broken
            }
        ]

[<Tests>]
let tests =
    if OperatingSystem.IsLinux() then
        testList "Lwt_unix system" [ users; terminals; messages; groups; processors; features; failing ]
        |> testSequenced
    else
        testList "Lwt_unix system" [ failing ]
