/// Lwt_unix on files. What is expected of errors is what OCaml's Lwt 5.6.1 does on Linux.
module Lwt.FSharp.Tests.Lwt_unixFileTests

open System
open System.IO
open System.Text
open Expecto
open Lwt.Core
open Lwt.FSharp
open Lwt.FSharp.OCaml
open Lwt.FSharp.Unix
open Lwt.Infix

/// Runs a test with a directory, to which names are relative: a file "a" is there.
let private inDirectory (test: (string -> string) -> unit Lwt.t) =
    use loop = new EventLoop()

    loop.RunHere(fun () ->
        Lwt_unix.with_timeout 60.0 (fun () ->
            Lwt_io.with_temp_dir (fun directory ->
                File.WriteAllText(Path.Combine(directory, "a"), "12345678")
                test (fun name -> Path.Combine(directory, name)))))

let private onLinux (test: (string -> string) -> unit Lwt.t) =
    if OperatingSystem.IsLinux() then
        inDirectory test

let private ignored (p: 'a Lwt.t) : unit Lwt.t = Lwt.map ignore p

/// What a call comes to: "ok", or the error, the call and its argument.
let private outcome (f: unit -> unit Lwt.t) : string Lwt.t =
    Lwt.catch (fun () -> f () >|= fun () -> "ok") (function
        | Unix_error(code, call, argument) -> Lwt.return' $"%A{code} {call} {argument}"
        | End_of_file -> Lwt.return' "End_of_file"
        | e -> Lwt.fail e)

let private become (expected: string) (f: unit -> unit Lwt.t) : unit Lwt.t =
    outcome f
    >|= fun found -> Expect.equal found expected $"what becomes of it: {expected}"

let private opened (name: string) (flags: open_flag list) : Lwt_unix.file_descr Lwt.t =
    Lwt_unix.openfile name flags 0o644

let private reading (name: string) = opened name [ O_RDONLY ]

let private both (name: string) = opened name [ O_RDWR; O_CREAT ]

let private text (buf: byte array) (count: int) = Encoding.UTF8.GetString(buf, 0, count)

[<Tests>]
let tests =
    testList
        "Lwt_unix files"
        [
            test "openfile: errors" {
                onLinux (fun at ->
                    lwt {
                        let no, a, d = at "no", at "a", at "."
                        do! become $"ENOENT open {no}" (fun () -> ignored (reading no))
                        do! become "ENOENT open a\000b" (fun () -> ignored (reading "a\000b"))
                        do! become "ENOENT open " (fun () -> ignored (reading ""))
                        do! become $"EISDIR open {d}" (fun () -> ignored (opened d [ O_WRONLY ]))
                        do! become $"EEXIST open {a}" (fun () -> ignored (opened a [ O_RDWR; O_CREAT; O_EXCL ]))
                        do! become $"ENOTDIR open {a}/b" (fun () -> ignored (reading $"{a}/b"))
                        let! fd = reading d
                        do! become $"EISDIR read {d}" (fun () -> ignored (Lwt_unix.read fd (Array.zeroCreate 3) 0 3))
                        do! Lwt_unix.close fd
                    })
            }

            test "openfile: flags and permissions" {
                onLinux (fun at ->
                    lwt {
                        let! fd = Lwt_unix.openfile (at "b") [ O_WRONLY; O_CREAT; O_APPEND; O_DSYNC ] 0o640
                        let! one = Lwt_unix.write fd "one"B 0 3
                        let! two = Lwt_unix.pwrite fd "two"B 0L 0 3
                        let! stats = Lwt_unix.fstat fd
                        do! Lwt_unix.close fd
                        Expect.equal (one, two, stats.st_perm &&& 0o700) (3, 3, 0o600) "counts and permissions"
                        Expect.equal (File.ReadAllText(at "b")) "onetwo" "Linux appends all the same"
                        let! fd = opened (at "b") [ O_RDWR; O_TRUNC; O_KEEPEXEC; O_CLOEXEC; O_SYNC; O_RSYNC ]
                        let! stats = Lwt_unix.fstat fd
                        Expect.equal stats.st_size 0 "truncated"
                        Expect.isTrue fd.IsInheritable "O_KEEPEXEC"
                        Lwt_unix.set_close_on_exec fd
                        Expect.isFalse fd.IsInheritable "set_close_on_exec"
                        do! Lwt_unix.close fd
                    })
            }

            test "read, write, lseek, pread, pwrite" {
                inDirectory (fun at ->
                    lwt {
                        let! fd = both (at "b")
                        let buf = Array.zeroCreate 100
                        let! _ = Lwt_unix.write fd "one two three"B 4 3
                        let! _ = Lwt_unix.pwrite fd "hello"B 3L 0 5
                        let! here = Lwt_unix.lseek fd 0 SEEK_CUR
                        let! start = Lwt_unix.lseek fd -7 SEEK_END
                        let! count = Lwt_unix.read fd buf 0 100
                        Expect.equal (here, start, text buf count) (3, 1, "wohello") "positions"
                        let! at_end = Lwt_unix.read fd buf 0 100
                        let! count = Lwt_unix.pread fd buf 2L 0 3
                        let! beyond = Lwt_unix.pread fd buf 0x1_0000_0000L 0 3
                        Expect.equal (at_end, text buf count, beyond) (0, "ohe", 0) "pread"
                        let! large = Lwt_unix.LargeFile.lseek fd 0x1_0000_0000L SEEK_SET
                        Expect.equal large 0x1_0000_0000L "LargeFile.lseek"
                        do! become ("EOVERFLOW lseek " + at "b") (fun () -> ignored (Lwt_unix.lseek fd 0 SEEK_CUR))
                        do! become ("EINVAL lseek " + at "b") (fun () -> ignored (Lwt_unix.lseek fd -5 SEEK_SET))
                        do! become ("EINVAL pread " + at "b") (fun () -> ignored (Lwt_unix.pread fd buf -1L 0 3))
                        do! become ("EINVAL pwrite " + at "b") (fun () -> ignored (Lwt_unix.pwrite fd buf -1L 0 3))

                        Expect.throwsT<InvalidArgumentException>
                            (fun () -> Lwt_unix.pread fd buf 0L 99 2 |> ignore)
                            "slice"

                        Expect.throwsT<InvalidArgumentException>
                            (fun () -> Lwt_unix.pwrite fd buf 0L -1 2 |> ignore)
                            "slice"

                        do! Lwt_unix.close fd
                    })
            }

            test "readv, writev" {
                inDirectory (fun at ->
                    lwt {
                        let! fd = both (at "b")
                        let out = Lwt_unix.IO_vectors.create ()
                        Lwt_unix.IO_vectors.append_bytes out "hello "B 0 6
                        Lwt_unix.IO_vectors.append_bytes out "world"B 0 5
                        let! written = Lwt_unix.writev fd out
                        let! _ = Lwt_unix.lseek fd 0 SEEK_SET
                        let first, second = Array.zeroCreate 4, Array.zeroCreate 50
                        let into = Lwt_unix.IO_vectors.create ()
                        Lwt_unix.IO_vectors.append_bytes into first 0 4
                        Lwt_unix.IO_vectors.append_bytes into second 0 50
                        let! read = Lwt_unix.readv fd into
                        Expect.equal (written, read) (11, 11) "counts"
                        Expect.equal (text first 4 + text second 7) "hello world" "bytes"
                        do! Lwt_unix.close fd
                    })
            }

            test "truncate, ftruncate" {
                onLinux (fun at ->
                    lwt {
                        let a = at "a"
                        let! fd = both a
                        do! Lwt_unix.truncate a 5
                        do! Lwt_unix.ftruncate fd 3
                        do! Lwt_unix.LargeFile.truncate a 0x1_0000_0001L
                        let! large = Lwt_unix.LargeFile.fstat fd
                        Expect.equal large.st_size 0x1_0000_0001L "large"
                        do! become $"EOVERFLOW stat {a}" (fun () -> ignored (Lwt_unix.stat a))
                        let! length = Lwt_io.file_length a
                        Expect.equal length 0x1_0000_0001L "file_length"
                        do! Lwt_unix.LargeFile.ftruncate fd 2L
                        let! large = Lwt_unix.LargeFile.stat a
                        Expect.equal large.st_size 2L "small again"
                        do! become $"EINVAL truncate {a}" (fun () -> Lwt_unix.truncate a -1)
                        do! become $"EINVAL ftruncate {a}" (fun () -> Lwt_unix.ftruncate fd -1)
                        do! become $"EFBIG ftruncate {a}" (fun () -> Lwt_unix.LargeFile.ftruncate fd Int64.MaxValue)
                        do! become ("ENOENT truncate " + at "no") (fun () -> Lwt_unix.truncate (at "no") 1)
                        do! Lwt_unix.fsync fd
                        do! Lwt_unix.fdatasync fd
                        do! Lwt_unix.close fd
                    })
            }

            test "stat, lstat, fstat, file_exists" {
                onLinux (fun at ->
                    lwt {
                        let a, no, link = at "a", at "no", at "link"
                        do! Lwt_unix.symlink "a" link
                        let! stats = Lwt_unix.stat a
                        let! linked = Lwt_unix.stat link
                        let! own = Lwt_unix.lstat link
                        let! large = Lwt_unix.LargeFile.lstat a
                        Expect.equal (stats.st_size, stats.st_kind, stats.st_nlink) (8, S_REG, 1) "of a file"
                        Expect.equal linked.st_ino stats.st_ino "by way of the link"
                        Expect.equal (own.st_kind, own.st_size) (S_LNK, 1) "of the link"

                        Expect.equal
                            (large.st_ino, large.st_dev, large.st_size)
                            (stats.st_ino, stats.st_dev, 8L)
                            "large"

                        let! device = Lwt_unix.stat "/dev/null"
                        Expect.equal (device.st_kind, device.st_rdev) (S_CHR, 0x103L) "a device"
                        let! directory = Lwt_unix.stat (at ".")
                        Expect.equal directory.st_kind S_DIR "a directory"
                        let reader, writer = Lwt_unix.pipe ()
                        let! pipe = Lwt_unix.fstat reader
                        Expect.equal pipe.st_kind S_FIFO "a pipe"
                        do! Lwt_unix.close reader >>= fun () -> Lwt_unix.close writer
                        do! become $"ENOENT stat {no}" (fun () -> ignored (Lwt_unix.stat no))
                        do! become $"ENOENT lstat {no}" (fun () -> ignored (Lwt_unix.lstat no))
                        do! become $"ENOENT stat {no}" (fun () -> ignored (Lwt_unix.LargeFile.stat no))
                        do! Lwt_unix.symlink "nowhere" (at "dangling")

                        let! exist =
                            Lwt_list.map_s Lwt_unix.file_exists [ a; no; link; at "dangling"; $"{a}/b"; "a\000b" ]

                        Expect.equal exist [ true; false; true; false; false; false ] "file_exists"
                        let! large = Lwt_unix.LargeFile.file_exists a
                        Expect.isTrue large "LargeFile.file_exists"
                        do! Lwt_unix.utimes a 1.5 2.25
                        let! stats = Lwt_unix.stat a
                        Expect.equal (stats.st_atime, stats.st_mtime) (1.5, 2.25) "utimes"
                        do! Lwt_unix.utimes a 0.0 0.0
                        let! stats = Lwt_unix.stat a
                        Expect.isGreaterThan stats.st_mtime 1e9 "zeros are now"
                        do! become $"ENOENT utimes {no}" (fun () -> Lwt_unix.utimes no 0.0 0.0)
                        do! become ("EISDIR file_length " + at ".") (fun () -> ignored (Lwt_io.file_length (at ".")))
                        do! become $"ENOENT stat {no}" (fun () -> ignored (Lwt_io.file_length no))
                    })
            }

            test "names: unlink, rename, link, symlink, readlink, mkdir, rmdir, mkfifo" {
                onLinux (fun at ->
                    lwt {
                        let a, b, no = at "a", at "b", at "no"
                        do! Lwt_unix.link a b
                        let! stats = Lwt_unix.stat b
                        Expect.equal stats.st_nlink 2 "link"
                        do! Lwt_unix.unlink b
                        do! Lwt_unix.rename a b
                        do! Lwt_unix.rename b a
                        do! Lwt_unix.symlink "anything" b
                        let! target = Lwt_unix.readlink b
                        Expect.equal target "anything" "readlink"
                        do! become $"ENOENT unlink {no}" (fun () -> Lwt_unix.unlink no)
                        do! become "ENOENT unlink a\000b" (fun () -> Lwt_unix.unlink "a\000b")
                        do! become $"ENOENT rename {no}" (fun () -> Lwt_unix.rename no b)
                        do! become $"ENOENT link {no}" (fun () -> Lwt_unix.link no b)
                        do! become $"EEXIST link {a}" (fun () -> Lwt_unix.link a a)
                        do! become "EEXIST symlink x" (fun () -> Lwt_unix.symlink "x" a)
                        do! become $"EINVAL readlink {a}" (fun () -> ignored (Lwt_unix.readlink a))
                        do! become $"EEXIST mkdir {a}" (fun () -> Lwt_unix.mkdir a 0o755)
                        do! become $"ENOTDIR rmdir {a}" (fun () -> Lwt_unix.rmdir a)
                        do! Lwt_unix.mkdir (at "d") 0o755
                        File.WriteAllText(at "d/file", "")
                        do! become ("ENOTEMPTY rmdir " + at "d") (fun () -> Lwt_unix.rmdir (at "d"))
                        do! Lwt_unix.unlink (at "d/file")
                        do! Lwt_unix.rmdir (at "d")
                        do! become $"EEXIST mkfifo {a}" (fun () -> Lwt_unix.mkfifo a 0o600)
                        do! Lwt_unix.mkfifo (at "pipe") 0o600

                        let! reader, writer =
                            Lwt.both (reading (at "pipe")) (opened (at "pipe") [ O_WRONLY ])

                        let! blocking = Lwt_unix.blocking reader
                        Expect.isFalse blocking "a pipe is waited for by the engine"
                        let buf = Array.zeroCreate 10
                        let read = Lwt_unix.read reader buf 0 10
                        let! _ = Lwt_unix.write writer "through"B 0 7
                        let! count = read
                        Expect.equal (text buf count) "through" "through the pipe"
                        do! Lwt_unix.close writer >>= fun () -> Lwt_unix.close reader
                    })
            }

            test "chmod, fchmod, chown, fchown, access, isatty" {
                onLinux (fun at ->
                    lwt {
                        let a, no = at "a", at "no"
                        let! fd = both a
                        do! Lwt_unix.chmod a 0o604
                        let! stats = Lwt_unix.stat a
                        Expect.equal stats.st_perm 0o604 "chmod"
                        do! Lwt_unix.fchmod fd 0o600
                        let! stats = Lwt_unix.fstat fd
                        Expect.equal stats.st_perm 0o600 "fchmod"
                        do! Lwt_unix.chown a -1 -1
                        do! Lwt_unix.fchown fd stats.st_uid stats.st_gid
                        do! become $"ENOENT chmod {no}" (fun () -> Lwt_unix.chmod no 0)
                        do! become $"ENOENT chown {no}" (fun () -> Lwt_unix.chown no 0 0)
                        do! Lwt_unix.access a [ R_OK; W_OK; F_OK ]
                        do! become $"ENOENT access {no}" (fun () -> Lwt_unix.access no [ F_OK ])
                        do! become $"EACCES access {a}" (fun () -> Lwt_unix.access a [ X_OK ])
                        let! terminal = Lwt_unix.isatty fd
                        Expect.isFalse terminal "a file is no terminal"
                        let! blocking = Lwt_unix.blocking fd
                        Expect.isTrue blocking "a file may block"
                        Lwt_unix.set_blocking fd true
                        Lwt_unix.set_blocking fd false
                        let! terminal = opened "/dev/ptmx" [ O_RDWR; O_NOCTTY ]
                        let! is = Lwt_unix.isatty terminal
                        Expect.isTrue is "a terminal"
                        do! Lwt_unix.close terminal
                        do! Lwt_unix.close fd
                    })
            }

            test "directories" {
                onLinux (fun at ->
                    lwt {
                        do! Lwt_unix.symlink "x" (at "l")
                        let! handle = Lwt_unix.opendir (at ".")
                        let! all = Lwt_unix.readdir_n handle 100
                        Expect.equal (List.sort (List.ofArray all)) [ "."; ".."; "a"; "l" ] "readdir_n"
                        let! none = Lwt_unix.readdir_n handle 100
                        Expect.isEmpty none "at the end"
                        do! become "End_of_file" (fun () -> ignored (Lwt_unix.readdir handle))
                        do! Lwt_unix.rewinddir handle
                        let! one = Lwt_unix.readdir handle
                        let! three = Lwt_unix.readdir_n handle 3
                        let! zero = Lwt_unix.readdir_n handle 0
                        Expect.equal (one :: List.ofArray three |> List.sort) [ "."; ".."; "a"; "l" ] "rewound"
                        Expect.isEmpty zero "none wanted"
                        let negative = Lwt_unix.readdir_n handle -1

                        Expect.isTrue
                            (match Lwt.state negative with
                             | Lwt.Fail(:? InvalidArgumentException) -> true
                             | _ -> false)
                            "a negative number"

                        do! Lwt_unix.closedir handle
                        do! become "EBADF Lwt_unix.closedir " (fun () -> Lwt_unix.closedir handle)
                        let! error = outcome (fun () -> ignored (Lwt_unix.readdir handle))
                        Expect.stringStarts error "EBADF Lwt_unix.readdir " "closed"
                        let! error = outcome (fun () -> Lwt_unix.rewinddir handle)
                        Expect.stringStarts error "EBADF Lwt_unix.rewinddir " "closed"
                        let! names = Lwt_stream.to_list (Lwt_unix.files_of_directory (at "."))
                        Expect.equal (List.sort names) [ "."; ".."; "a"; "l" ] "files_of_directory"
                        let no = at "no"
                        do! become $"ENOENT opendir {no}" (fun () -> ignored (Lwt_unix.opendir no))

                        do!
                            become $"ENOENT opendir {no}" (fun () ->
                                ignored (Lwt_stream.to_list (Lwt_unix.files_of_directory no)))

                        do! become $"ENOENT chdir {no}" (fun () -> Lwt_unix.chdir no)
                        let! error = outcome (fun () -> Lwt_unix.chroot no)
                        Expect.stringEnds error $" chroot {no}" "chroot"
                        let! here = Lwt_unix.getcwd ()
                        Expect.equal here (Directory.GetCurrentDirectory()) "getcwd"
                        do! Lwt_unix.chdir here
                    })
            }

            test "lockf: within a process it always succeeds" {
                onLinux (fun at ->
                    lwt {
                        let! fd = both (at "a")
                        do! Lwt_unix.lockf fd F_TLOCK 0
                        do! Lwt_unix.lockf fd F_TEST 0
                        do! Lwt_unix.lockf fd F_LOCK 4
                        do! Lwt_unix.lockf fd F_TRLOCK 4
                        do! Lwt_unix.lockf fd F_RLOCK 4
                        do! Lwt_unix.lockf fd F_ULOCK 0
                        do! become ("EINVAL lockf " + at "a") (fun () -> Lwt_unix.lockf fd F_TLOCK -10)
                        let! other = reading (at "a")
                        do! become ("EBADF lockf " + at "a") (fun () -> Lwt_unix.lockf other F_TLOCK 0)
                        do! Lwt_unix.close other >>= fun () -> Lwt_unix.close fd
                    })
            }

            test "dup: the position is shared" {
                onLinux (fun at ->
                    lwt {
                        let! fd = both (at "a")
                        let other = Lwt_unix.dup fd
                        let buf = Array.zeroCreate 4
                        let! _ = Lwt_unix.read fd buf 0 4
                        let! count = Lwt_unix.read other buf 0 4
                        Expect.equal (text buf count) "5678" "the rest"
                        do! Lwt_unix.close fd
                        let! place = Lwt_unix.lseek other 0 SEEK_CUR
                        Expect.equal place 8 "still open"
                        do! Lwt_unix.close other
                        let reader, writer = Lwt_unix.pipe ()
                        let second = Lwt_unix.dup writer
                        let read = Lwt_unix.read reader buf 0 4
                        do! Lwt_unix.close writer
                        let! _ = Lwt_unix.write second "by"B 0 2
                        let! count = read
                        Expect.equal (text buf count) "by" "by the copy"
                        do! Lwt_unix.close second
                        let! count = Lwt_unix.read reader buf 0 4
                        Expect.equal count 0 "the end, once both are closed"
                        do! Lwt_unix.close reader
                    })
            }

            test "unix_file_descr, of_unix_file_descr" {
                onLinux (fun at ->
                    lwt {
                        let! fd = both (at "a")
                        let mapped = Lwt_bytes.map_file (Lwt_unix.unix_file_descr fd, shared = false)
                        Expect.equal (Lwt_bytes.to_string mapped) "12345678" "mapped"
                        do! Lwt_unix.close fd
                        let taken = Lwt_unix.of_unix_file_descr (File.OpenHandle(at "a"))
                        let buf = Array.zeroCreate 100
                        let! count = Lwt_unix.read taken buf 0 100
                        Expect.equal (text buf count) "12345678" "taken over"
                        do! Lwt_unix.close taken
                        let reader, writer = Lwt_unix.pipe_in ()
                        let taken = Lwt_unix.of_unix_file_descr writer
                        let! blocking = Lwt_unix.blocking taken
                        Expect.isFalse blocking "a pipe"
                        let! _ = Lwt_unix.write taken "x"B 0 1
                        do! Lwt_unix.close taken
                        Expect.isTrue writer.IsClosed "closed with it"
                        let! count = Lwt_unix.read reader buf 0 100
                        Expect.equal (text buf count) "x" "through it"
                        do! Lwt_unix.close reader
                        let! ic = Lwt.return' (Lwt_io.of_unix_fd Lwt_io.Input (File.OpenHandle(at "a")))
                        let! all = Lwt_io.read ic
                        Expect.equal all "12345678" "Lwt_io.of_unix_fd"
                        do! Lwt_io.close ic
                    })
            }

            test "closed, and things without positions" {
                onLinux (fun at ->
                    lwt {
                        let! fd = both (at "a")
                        do! Lwt_unix.close fd
                        Expect.equal (Lwt_unix.state fd) Lwt_unix.Closed "state"
                        let buf = Array.zeroCreate 3

                        for call in
                            [
                                fun () -> Lwt_unix.close fd
                                fun () -> ignored (Lwt_unix.read fd buf 0 3)
                                fun () -> ignored (Lwt_unix.pread fd buf 0L 0 3)
                                fun () -> Lwt_unix.fsync fd
                                fun () -> ignored (Lwt_unix.fstat fd)
                                fun () -> ignored (Lwt_unix.lseek fd 0 SEEK_SET)
                                fun () -> Lwt_unix.lockf fd F_TLOCK 0
                                fun () -> Lwt_unix.fchmod fd 0
                            ] do
                            let! error = outcome call
                            Expect.stringStarts error "EBADF " "closed"

                        let reader, writer = Lwt_unix.pipe ()
                        let! error = outcome (fun () -> ignored (Lwt_unix.lseek reader 0 SEEK_CUR))
                        Expect.stringStarts error "ESPIPE lseek" "lseek"
                        let! error = outcome (fun () -> ignored (Lwt_unix.pread reader buf 0L 0 3))
                        Expect.stringStarts error "ESPIPE pread" "pread"
                        let! error = outcome (fun () -> Lwt_unix.fsync reader)
                        Expect.stringStarts error "EINVAL fsync" "fsync"
                        let! error = outcome (fun () -> Lwt_unix.lockf reader F_TLOCK 0)
                        Expect.stringStarts error "EINVAL lockf" "lockf"
                        do! Lwt_unix.close reader >>= fun () -> Lwt_unix.close writer
                    })
            }

            test "on a virtual clock, files hold the clock" {
                let text =
                    Lwt_main.run_virtual (fun () ->
                        Lwt_io.with_temp_file (fun (name, oc) ->
                            lwt {
                                do! Lwt_io.write oc "text"
                                do! Lwt_io.flush oc

                                return!
                                    Lwt_unix.with_timeout 1.0 (fun () ->
                                        Lwt_io.with_file Lwt_io.Input name Lwt_io.read)
                            }))

                Expect.equal text "text" "what was written"
            }
        ]
