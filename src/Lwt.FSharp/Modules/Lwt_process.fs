namespace Lwt.FSharp

open System
open Lwt.Core
open Lwt.FSharp.CompilerServices
open Lwt.FSharp.Lwt.Infix

/// <summary>
/// Child processes: OCaml's <c>Lwt_process</c>. A child inherits no descriptor but the three standard ones. Of each function with
/// optional arguments there is a form that ends in <c>_with</c> and takes them by name:
/// <c>Lwt_process.exec_with (command, timeout = 5.0)</c>.
/// </summary>
module Lwt_process =

    /// <summary>
    /// A program and its arguments, the name by which it is called first. The program is a path or a name to be searched for in
    /// PATH; if it is empty, it is the first argument.
    /// </summary>
    type command = string * string array

    /// <summary>A command line for the system's shell.</summary>
    let shell (line: string) : command =
        Null.check "Lwt_process.shell" (nameof line) line

        if OperatingSystem.IsWindows() then
            "", [| "cmd.exe"; "/c"; line |]
        else
            "", [| "/bin/sh"; "-c"; line |]

    /// <summary>Where a standard descriptor of the child leads to.</summary>
    type redirection =
        /// <summary>To where that of this process leads.</summary>
        | Keep
        /// <summary>To nothing.</summary>
        | Dev_null
        /// <summary>The child does not have it.</summary>
        | Close
        /// <summary>To this file, which stays open here.</summary>
        | FD_copy of Unix.file_descr
        /// <summary>To this file, which is closed here.</summary>
        | FD_move of Unix.file_descr

    /// <summary>What a process does.</summary>
    type state =
        /// <summary>It runs.</summary>
        | Running
        /// <summary>It has ended.</summary>
        | Exited of Unix.process_status

    let internal redirect (pipe: bool) (redirection: redirection option) : ProcessRedirection =
        match redirection with
        | _ when pipe -> ProcessRedirection.Pipe
        | None
        | Some Keep -> ProcessRedirection.Inherit
        | Some Dev_null -> ProcessRedirection.Null
        | Some Close -> ProcessRedirection.Close
        | Some(FD_copy file) -> ProcessRedirection.To file
        | Some(FD_move file) -> ProcessRedirection.MoveTo file

    let private statusOf (exit: ProcessExit) : Unix.process_status =
        if exit.Signal.HasValue then
            Unix.WSIGNALED(Signals.ofSystem exit.Signal.Value)
        else
            Unix.WEXITED exit.ExitCode.Value

    /// <summary>A process without channels.</summary>
    type process_none internal (child: PromiseProcess) =

        /// <summary>Starts one.</summary>
        /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
        new(command: command, ?timeout, ?env, ?cwd, ?stdin, ?stdout, ?stderr) =
            process_none (
                Processes.start
                    command
                    timeout
                    env
                    cwd
                    (redirect false stdin)
                    (redirect false stdout)
                    (redirect false stderr)
            )

        member internal _.Child = child

        /// <summary>Its number.</summary>
        member _.pid: int = child.Id

        /// <summary>Whether it runs, or how it has ended.</summary>
        member _.state: state =
            match Option.ofNullable child.Exit with
            | Some exit -> Exited(statusOf exit)
            | None -> Running

        /// <summary>Sends it a signal, by its number in <c>Sys</c> or in the system; nothing once it has ended.</summary>
        member _.kill(signal: int) : unit =
            child.Kill(Signals.toSystem "Lwt_process.kill" signal)

        /// <summary>Ends it at once, and its group if it has a timeout.</summary>
        member _.terminate() : unit = child.Terminate()

        /// <summary>How it ends, once it has. Cancelling the promise leaves the process alone.</summary>
        member _.status: Unix.process_status Lwt.t = Lwt.map statusOf child.Exited

        /// <summary>What it has used, once it has ended.</summary>
        member _.rusage: Lwt_unix.resource_usage Lwt.t =
            Lwt.map
                (fun (used: ProcessUsage) ->
                    {
                        Lwt_unix.ru_utime = used.UserTime.TotalSeconds
                        Lwt_unix.ru_stime = used.SystemTime.TotalSeconds
                    })
                child.Used

        /// <summary>Closes its channels, and waits for its end.</summary>
        member _.close() : Unix.process_status Lwt.t = Lwt.map statusOf (child.Close())

    /// <summary>A process whose output can be read.</summary>
    type process_in internal (child: PromiseProcess) =
        inherit process_none(child)

        /// <summary>Starts one.</summary>
        /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
        new(command: command, ?timeout, ?env, ?cwd, ?stdin, ?stderr) =
            process_in (
                Processes.start
                    command
                    timeout
                    env
                    cwd
                    (redirect false stdin)
                    (redirect true None)
                    (redirect false stderr)
            )

        /// <summary>Its standard output.</summary>
        member _.stdout: Lwt_io.input_channel = child.Output

    /// <summary>A process whose input can be written.</summary>
    type process_out internal (child: PromiseProcess) =
        inherit process_none(child)

        /// <summary>Starts one.</summary>
        /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
        new(command: command, ?timeout, ?env, ?cwd, ?stdout, ?stderr) =
            process_out (
                Processes.start
                    command
                    timeout
                    env
                    cwd
                    (redirect true None)
                    (redirect false stdout)
                    (redirect false stderr)
            )

        /// <summary>Its standard input.</summary>
        member _.stdin: Lwt_io.output_channel = child.Input

    /// <summary>A process whose input can be written, and whose output can be read.</summary>
    type ``process`` internal (child: PromiseProcess) =
        inherit process_none(child)

        /// <summary>Starts one.</summary>
        /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
        new(command: command, ?timeout, ?env, ?cwd, ?stderr) =
            ``process`` (
                Processes.start
                    command
                    timeout
                    env
                    cwd
                    (redirect true None)
                    (redirect true None)
                    (redirect false stderr)
            )

        /// <summary>Its standard input.</summary>
        member _.stdin: Lwt_io.output_channel = child.Input

        /// <summary>Its standard output.</summary>
        member _.stdout: Lwt_io.input_channel = child.Output

    /// <summary>A process with channels for its input, its output and its errors.</summary>
    type process_full internal (child: PromiseProcess) =
        inherit process_none(child)

        /// <summary>Starts one.</summary>
        /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
        new(command: command, ?timeout, ?env, ?cwd) =
            process_full (
                Processes.start command timeout env cwd (redirect true None) (redirect true None) (redirect true None)
            )

        /// <summary>Its standard input.</summary>
        member _.stdin: Lwt_io.output_channel = child.Input

        /// <summary>Its standard output.</summary>
        member _.stdout: Lwt_io.input_channel = child.Output

        /// <summary>Its standard error.</summary>
        member _.stderr: Lwt_io.input_channel = child.Error

    /// <summary>Starts a process. See <c>open_process_none_with</c> for the optional arguments.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let open_process_none (command: command) : process_none = process_none command

    /// <summary>Starts a process. See <c>open_process_in_with</c> for the optional arguments.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let open_process_in (command: command) : process_in = process_in command

    /// <summary>Starts a process. See <c>open_process_out_with</c> for the optional arguments.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let open_process_out (command: command) : process_out = process_out command

    /// <summary>Starts a process. See <c>open_process_with</c> for the optional arguments.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let open_process (command: command) : ``process`` = ``process`` command

    /// <summary>Starts a process. See <c>open_process_full_with</c> for the optional arguments.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let open_process_full (command: command) : process_full = process_full command

    let internal closing<'p, 'a when 'p :> process_none> (p: 'p) (f: 'p -> 'a Lwt.t) : 'a Lwt.t =
        Lwt.finalize (fun () -> f p) (fun () -> Lwt.map ignore (p.close ()))

    /// <summary>Starts a process, calls <paramref name="f"/> with it, and closes it when the promise of f is resolved.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let with_process_none (command: command) (f: process_none -> 'a Lwt.t) : 'a Lwt.t =
        Null.check "Lwt_process.with_process_none" (nameof f) f
        closing (open_process_none command) f

    /// <summary>Starts a process, calls <paramref name="f"/> with it, and closes it when the promise of f is resolved.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let with_process_in (command: command) (f: process_in -> 'a Lwt.t) : 'a Lwt.t =
        Null.check "Lwt_process.with_process_in" (nameof f) f
        closing (open_process_in command) f

    /// <summary>Starts a process, calls <paramref name="f"/> with it, and closes it when the promise of f is resolved.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let with_process_out (command: command) (f: process_out -> 'a Lwt.t) : 'a Lwt.t =
        Null.check "Lwt_process.with_process_out" (nameof f) f
        closing (open_process_out command) f

    /// <summary>Starts a process, calls <paramref name="f"/> with it, and closes it when the promise of f is resolved.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let with_process (command: command) (f: ``process`` -> 'a Lwt.t) : 'a Lwt.t =
        Null.check "Lwt_process.with_process" (nameof f) f
        closing (open_process command) f

    /// <summary>Starts a process, calls <paramref name="f"/> with it, and closes it when the promise of f is resolved.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let with_process_full (command: command) (f: process_full -> 'a Lwt.t) : 'a Lwt.t =
        Null.check "Lwt_process.with_process_full" (nameof f) f
        closing (open_process_full command) f

    let private readAll (ic: Lwt_io.input_channel) (read: Lwt_io.input_channel -> 'a Lwt.t) : 'a Lwt.t =
        Lwt.finalize (fun () -> read ic) (fun () -> Lwt_io.close ic)

    let private writeAll (oc: Lwt_io.output_channel) (write: Lwt_io.output_channel -> unit Lwt.t) : unit Lwt.t =
        Lwt.finalize (fun () -> write oc) (fun () -> Lwt_io.close oc)

    // Closed at the end, or when nobody can read it any more.
    let private elements (ic: Lwt_io.input_channel) (read: Lwt_io.input_channel -> 'a option Lwt.t) : 'a Lwt_stream.t =
        Lwt_stream.from (fun () ->
            read ic
            >>= function
                | None -> Lwt_io.close ic >|= fun () -> None
                | element -> Lwt.return' element)

    let internal readWhole (child: PromiseProcess) : string Lwt.t =
        readAll child.Output (fun ic -> ic.ReadToEnd())

    let internal readFirst (child: PromiseProcess) : string Lwt.t = readAll child.Output Lwt_io.read_line

    let internal readChars (child: PromiseProcess) : char Lwt_stream.t =
        elements child.Output Lwt_io.read_char_opt

    let internal readLines (child: PromiseProcess) : string Lwt_stream.t =
        elements child.Output Lwt_io.read_line_opt

    let internal put (write: Lwt_io.output_channel -> unit Lwt.t) (child: PromiseProcess) : unit Lwt.t =
        writeAll child.Input write

    let internal both (write: Lwt_io.output_channel -> unit Lwt.t) (read: PromiseProcess -> 'a Lwt.t) child : 'a Lwt.t =
        let sending = put write child
        let reading = read child

        Lwt.catch (fun () -> sending >>= fun () -> reading) (fun e ->
            match e with
            | Lwt.Canceled -> Lwt.cancel reading
            | _ -> ()

            Lwt.fail e)

    /// The elements, and in their place the failure of the writer, once, if there is one before they end.
    let internal bothInTurns write (read: PromiseProcess -> 'a Lwt_stream.t) child : 'a Lwt_stream.t =
        let sending = put write child
        let elements = read child
        let mutable told = false
        // Asked for when the writer failed, and not given to anybody yet.
        let mutable saved = None

        Lwt_stream.from (fun () ->
            match saved with
            | Some next ->
                saved <- None
                next
            | None when told || Lwt.state sending = Lwt.Return() -> Lwt_stream.get elements
            | None ->
                let next = Lwt.apply Lwt_stream.get elements
                let failing = Lwt.bind sending (fun () -> next)

                Lwt.try_bind (fun () -> Lwt.choose [ failing; next ]) Lwt.return' (fun e ->
                    match Lwt.state sending with
                    | Lwt.Fail _ ->
                        told <- true
                        saved <- Some next
                    | _ -> ()

                    Lwt.fail e))

    /// <summary>Runs a program to its end. See <c>exec_with</c> for the optional arguments.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    /// <example>
    /// <code>
    /// let build () =
    ///     lwt {
    ///         match! Lwt_process.exec (Lwt_process.shell "test 1 = 1") with
    ///         | Unix.WEXITED 0 -&gt; return "built"
    ///         | Unix.WEXITED code -&gt; return $"failed with {code}"
    ///         | Unix.WSIGNALED signal
    ///         | Unix.WSTOPPED signal -&gt; return $"stopped by signal {signal}"
    ///     }
    /// </code>
    /// </example>
    let exec (command: command) : Unix.process_status Lwt.t = (open_process_none command).close()

    /// <summary>Starts a program, and returns all that it writes.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let pread (command: command) : string Lwt.t =
        readWhole (open_process_in command).Child

    /// <summary>Starts a program, and returns the characters that it writes as they come.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let pread_chars (command: command) : char Lwt_stream.t =
        readChars (open_process_in command).Child

    /// <summary>Starts a program, and returns the first line that it writes.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let pread_line (command: command) : string Lwt.t =
        readFirst (open_process_in command).Child

    /// <summary>Starts a program, and returns the lines that it writes as they come.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let pread_lines (command: command) : string Lwt_stream.t =
        readLines (open_process_in command).Child

    /// <summary>Starts a program, and writes text to it. What it does not read is an error: EPIPE.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let pwrite (command: command) (text: string) : unit Lwt.t =
        Null.check "Lwt_process.pwrite" (nameof text) text
        put (fun oc -> Lwt_io.write oc text) (open_process_out command).Child

    /// <summary>Starts a program, and writes characters to it. What it does not read is an error: EPIPE.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let pwrite_chars (command: command) (chars: char Lwt_stream.t) : unit Lwt.t =
        Null.check "Lwt_process.pwrite_chars" (nameof chars) chars
        put (fun oc -> Lwt_io.write_chars oc chars) (open_process_out command).Child

    /// <summary>Starts a program, and writes a line to it. What it does not read is an error: EPIPE.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let pwrite_line (command: command) (line: string) : unit Lwt.t =
        Null.check "Lwt_process.pwrite_line" (nameof line) line
        put (fun oc -> Lwt_io.write_line oc line) (open_process_out command).Child

    /// <summary>Starts a program, and writes lines to it. What it does not read is an error: EPIPE.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let pwrite_lines (command: command) (lines: string Lwt_stream.t) : unit Lwt.t =
        Null.check "Lwt_process.pwrite_lines" (nameof lines) lines
        put (fun oc -> Lwt_io.write_lines oc lines) (open_process_out command).Child

    /// <summary>Starts a program, writes text to it, and returns all that it writes. What it does not read is an error: EPIPE.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let pmap (command: command) (text: string) : string Lwt.t =
        Null.check "Lwt_process.pmap" (nameof text) text
        both (fun oc -> Lwt_io.write oc text) readWhole (open_process command).Child

    /// <summary>Starts a program, writes characters to it, and returns those that it writes. What it does not read is an error: EPIPE.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let pmap_chars (command: command) (chars: char Lwt_stream.t) : char Lwt_stream.t =
        Null.check "Lwt_process.pmap_chars" (nameof chars) chars
        bothInTurns (fun oc -> Lwt_io.write_chars oc chars) readChars (open_process command).Child

    /// <summary>Starts a program, writes a line to it, and returns the first line that it writes. What it does not read is an error: EPIPE.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let pmap_line (command: command) (line: string) : string Lwt.t =
        Null.check "Lwt_process.pmap_line" (nameof line) line
        both (fun oc -> Lwt_io.write_line oc line) readFirst (open_process command).Child

    /// <summary>Starts a program, writes lines to it, and returns those that it writes. What it does not read is an error: EPIPE.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    let pmap_lines (command: command) (lines: string Lwt_stream.t) : string Lwt_stream.t =
        Null.check "Lwt_process.pmap_lines" (nameof lines) lines
        bothInTurns (fun oc -> Lwt_io.write_lines oc lines) readLines (open_process command).Child

/// <summary>
/// The functions of <c>Lwt_process</c> with OCaml's optional arguments. <c>timeout</c>: seconds after which the process is killed, with
/// all that it has started, and its channels are closed. <c>env</c>: its whole environment, in place of this process's.
/// <c>cwd</c>: the directory that it starts in. <c>stdin</c>, <c>stdout</c>, <c>stderr</c>: where they lead to, if not to where those of this
/// process do.
/// </summary>
[<AbstractClass; Sealed>]
type Lwt_process =

    /// <summary>Starts a process.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member open_process_none_with
        (
            command: Lwt_process.command,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stdin: Lwt_process.redirection,
            ?stdout: Lwt_process.redirection,
            ?stderr: Lwt_process.redirection
        ) : Lwt_process.process_none =
        Lwt_process.process_none (
            command,
            ?timeout = timeout,
            ?env = env,
            ?cwd = cwd,
            ?stdin = stdin,
            ?stdout = stdout,
            ?stderr = stderr
        )

    /// <summary>Starts a process, calls a function with it, and closes it when the function's promise is resolved.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member with_process_none_with
        (
            command: Lwt_process.command,
            f: Lwt_process.process_none -> 'a Lwt.t,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stdin: Lwt_process.redirection,
            ?stdout: Lwt_process.redirection,
            ?stderr: Lwt_process.redirection
        ) : 'a Lwt.t =
        Null.check "Lwt_process.with_process_none_with" (nameof f) f

        Lwt_process.closing
            (Lwt_process.process_none (
                command,
                ?timeout = timeout,
                ?env = env,
                ?cwd = cwd,
                ?stdin = stdin,
                ?stdout = stdout,
                ?stderr = stderr
            ))
            f

    /// <summary>Starts a process.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member open_process_in_with
        (
            command: Lwt_process.command,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stdin: Lwt_process.redirection,
            ?stderr: Lwt_process.redirection
        ) : Lwt_process.process_in =
        Lwt_process.process_in (command, ?timeout = timeout, ?env = env, ?cwd = cwd, ?stdin = stdin, ?stderr = stderr)

    /// <summary>Starts a process, calls a function with it, and closes it when the function's promise is resolved.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member with_process_in_with
        (
            command: Lwt_process.command,
            f: Lwt_process.process_in -> 'a Lwt.t,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stdin: Lwt_process.redirection,
            ?stderr: Lwt_process.redirection
        ) : 'a Lwt.t =
        Null.check "Lwt_process.with_process_in_with" (nameof f) f

        Lwt_process.closing
            (Lwt_process.process_in (
                command,
                ?timeout = timeout,
                ?env = env,
                ?cwd = cwd,
                ?stdin = stdin,
                ?stderr = stderr
            ))
            f

    /// <summary>Starts a process.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member open_process_out_with
        (
            command: Lwt_process.command,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stdout: Lwt_process.redirection,
            ?stderr: Lwt_process.redirection
        ) : Lwt_process.process_out =
        Lwt_process.process_out (
            command,
            ?timeout = timeout,
            ?env = env,
            ?cwd = cwd,
            ?stdout = stdout,
            ?stderr = stderr
        )

    /// <summary>Starts a process, calls a function with it, and closes it when the function's promise is resolved.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member with_process_out_with
        (
            command: Lwt_process.command,
            f: Lwt_process.process_out -> 'a Lwt.t,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stdout: Lwt_process.redirection,
            ?stderr: Lwt_process.redirection
        ) : 'a Lwt.t =
        Null.check "Lwt_process.with_process_out_with" (nameof f) f

        Lwt_process.closing
            (Lwt_process.process_out (
                command,
                ?timeout = timeout,
                ?env = env,
                ?cwd = cwd,
                ?stdout = stdout,
                ?stderr = stderr
            ))
            f

    /// <summary>Starts a process.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member open_process_with
        (
            command: Lwt_process.command,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stderr: Lwt_process.redirection
        ) : Lwt_process.``process`` =
        Lwt_process.``process`` (command, ?timeout = timeout, ?env = env, ?cwd = cwd, ?stderr = stderr)

    /// <summary>Starts a process, calls a function with it, and closes it when the function's promise is resolved.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member with_process_with
        (
            command: Lwt_process.command,
            f: Lwt_process.``process`` -> 'a Lwt.t,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stderr: Lwt_process.redirection
        ) : 'a Lwt.t =
        Null.check "Lwt_process.with_process_with" (nameof f) f

        Lwt_process.closing
            (Lwt_process.``process`` (command, ?timeout = timeout, ?env = env, ?cwd = cwd, ?stderr = stderr))
            f

    /// <summary>Starts a process.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member open_process_full_with
        (command: Lwt_process.command, ?timeout: float, ?env: string array, ?cwd: string)
        : Lwt_process.process_full =
        Lwt_process.process_full (command, ?timeout = timeout, ?env = env, ?cwd = cwd)

    /// <summary>Starts a process, calls a function with it, and closes it when the function's promise is resolved.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member with_process_full_with
        (
            command: Lwt_process.command,
            f: Lwt_process.process_full -> 'a Lwt.t,
            ?timeout: float,
            ?env: string array,
            ?cwd: string
        ) : 'a Lwt.t =
        Null.check "Lwt_process.with_process_full_with" (nameof f) f
        Lwt_process.closing (Lwt_process.process_full (command, ?timeout = timeout, ?env = env, ?cwd = cwd)) f

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member exec_with
        (
            command: Lwt_process.command,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stdin: Lwt_process.redirection,
            ?stdout: Lwt_process.redirection,
            ?stderr: Lwt_process.redirection
        ) : Unix.process_status Lwt.t =
        Lwt_process
            .process_none(
                command,
                ?timeout = timeout,
                ?env = env,
                ?cwd = cwd,
                ?stdin = stdin,
                ?stdout = stdout,
                ?stderr = stderr
            )
            .close()

    /// <summary>Starts a program, and returns all that it writes.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member pread_with
        (
            command: Lwt_process.command,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stdin: Lwt_process.redirection,
            ?stderr: Lwt_process.redirection
        ) : string Lwt.t =
        Lwt_process.readWhole (
            Lwt_process
                .process_in(command, ?timeout = timeout, ?env = env, ?cwd = cwd, ?stdin = stdin, ?stderr = stderr)
                .Child
        )

    /// <summary>Starts a program, and returns the characters that it writes as they come.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member pread_chars_with
        (
            command: Lwt_process.command,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stdin: Lwt_process.redirection,
            ?stderr: Lwt_process.redirection
        ) : char Lwt_stream.t =
        Lwt_process.readChars (
            Lwt_process
                .process_in(command, ?timeout = timeout, ?env = env, ?cwd = cwd, ?stdin = stdin, ?stderr = stderr)
                .Child
        )

    /// <summary>Starts a program, and returns the first line that it writes.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member pread_line_with
        (
            command: Lwt_process.command,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stdin: Lwt_process.redirection,
            ?stderr: Lwt_process.redirection
        ) : string Lwt.t =
        Lwt_process.readFirst (
            Lwt_process
                .process_in(command, ?timeout = timeout, ?env = env, ?cwd = cwd, ?stdin = stdin, ?stderr = stderr)
                .Child
        )

    /// <summary>Starts a program, and returns the lines that it writes as they come.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member pread_lines_with
        (
            command: Lwt_process.command,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stdin: Lwt_process.redirection,
            ?stderr: Lwt_process.redirection
        ) : string Lwt_stream.t =
        Lwt_process.readLines (
            Lwt_process
                .process_in(command, ?timeout = timeout, ?env = env, ?cwd = cwd, ?stdin = stdin, ?stderr = stderr)
                .Child
        )

    /// <summary>Starts a program, and writes text to it.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member pwrite_with
        (
            command: Lwt_process.command,
            text: string,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stdout: Lwt_process.redirection,
            ?stderr: Lwt_process.redirection
        ) : unit Lwt.t =
        Null.check "Lwt_process.pwrite_with" (nameof text) text

        Lwt_process.put
            (fun oc -> Lwt_io.write oc text)
            (Lwt_process
                .process_out(command, ?timeout = timeout, ?env = env, ?cwd = cwd, ?stdout = stdout, ?stderr = stderr)
                .Child)

    /// <summary>Starts a program, and writes characters to it.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member pwrite_chars_with
        (
            command: Lwt_process.command,
            chars: char Lwt_stream.t,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stdout: Lwt_process.redirection,
            ?stderr: Lwt_process.redirection
        ) : unit Lwt.t =
        Null.check "Lwt_process.pwrite_chars_with" (nameof chars) chars

        Lwt_process.put
            (fun oc -> Lwt_io.write_chars oc chars)
            (Lwt_process
                .process_out(command, ?timeout = timeout, ?env = env, ?cwd = cwd, ?stdout = stdout, ?stderr = stderr)
                .Child)

    /// <summary>Starts a program, and writes a line to it.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member pwrite_line_with
        (
            command: Lwt_process.command,
            line: string,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stdout: Lwt_process.redirection,
            ?stderr: Lwt_process.redirection
        ) : unit Lwt.t =
        Null.check "Lwt_process.pwrite_line_with" (nameof line) line

        Lwt_process.put
            (fun oc -> Lwt_io.write_line oc line)
            (Lwt_process
                .process_out(command, ?timeout = timeout, ?env = env, ?cwd = cwd, ?stdout = stdout, ?stderr = stderr)
                .Child)

    /// <summary>Starts a program, and writes lines to it.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member pwrite_lines_with
        (
            command: Lwt_process.command,
            lines: string Lwt_stream.t,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stdout: Lwt_process.redirection,
            ?stderr: Lwt_process.redirection
        ) : unit Lwt.t =
        Null.check "Lwt_process.pwrite_lines_with" (nameof lines) lines

        Lwt_process.put
            (fun oc -> Lwt_io.write_lines oc lines)
            (Lwt_process
                .process_out(command, ?timeout = timeout, ?env = env, ?cwd = cwd, ?stdout = stdout, ?stderr = stderr)
                .Child)

    /// <summary>Starts a program, writes text to it, and returns all that it writes.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member pmap_with
        (
            command: Lwt_process.command,
            text: string,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stderr: Lwt_process.redirection
        ) : string Lwt.t =
        Null.check "Lwt_process.pmap_with" (nameof text) text

        Lwt_process.both
            (fun oc -> Lwt_io.write oc text)
            Lwt_process.readWhole
            (Lwt_process.``process``(command, ?timeout = timeout, ?env = env, ?cwd = cwd, ?stderr = stderr).Child)

    /// <summary>Starts a program, writes characters to it, and returns those that it writes.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member pmap_chars_with
        (
            command: Lwt_process.command,
            chars: char Lwt_stream.t,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stderr: Lwt_process.redirection
        ) : char Lwt_stream.t =
        Null.check "Lwt_process.pmap_chars_with" (nameof chars) chars

        Lwt_process.bothInTurns
            (fun oc -> Lwt_io.write_chars oc chars)
            Lwt_process.readChars
            (Lwt_process.``process``(command, ?timeout = timeout, ?env = env, ?cwd = cwd, ?stderr = stderr).Child)

    /// <summary>Starts a program, writes a line to it, and returns the first line that it writes.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member pmap_line_with
        (
            command: Lwt_process.command,
            line: string,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stderr: Lwt_process.redirection
        ) : string Lwt.t =
        Null.check "Lwt_process.pmap_line_with" (nameof line) line

        Lwt_process.both
            (fun oc -> Lwt_io.write_line oc line)
            Lwt_process.readFirst
            (Lwt_process.``process``(command, ?timeout = timeout, ?env = env, ?cwd = cwd, ?stderr = stderr).Child)

    /// <summary>Starts a program, writes lines to it, and returns those that it writes.</summary>
    /// <exception cref="T:System.IO.IOException">It cannot be started; matches <c>Unix_error</c>.</exception>
    static member pmap_lines_with
        (
            command: Lwt_process.command,
            lines: string Lwt_stream.t,
            ?timeout: float,
            ?env: string array,
            ?cwd: string,
            ?stderr: Lwt_process.redirection
        ) : string Lwt_stream.t =
        Null.check "Lwt_process.pmap_lines_with" (nameof lines) lines

        Lwt_process.bothInTurns
            (fun oc -> Lwt_io.write_lines oc lines)
            Lwt_process.readLines
            (Lwt_process.``process``(command, ?timeout = timeout, ?env = env, ?cwd = cwd, ?stderr = stderr).Child)
