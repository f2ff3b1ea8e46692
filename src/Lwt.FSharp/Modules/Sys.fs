namespace Lwt.FSharp

/// <summary>
/// The signals of OCaml's <c>Sys</c>, by OCaml's numbers, which are the same on every system: for
/// <c>Lwt_unix.on_signal</c> and <c>Lwt_process</c>. The system's own numbers are positive.
/// </summary>
module Sys =

    /// <summary>The program ends itself, as by a failed assertion of C's.</summary>
    let sigabrt = -1

    /// <summary>A time of the system's alarm clock is over.</summary>
    let sigalrm = -2

    /// <summary>A fault in arithmetic: an exception in .NET.</summary>
    let sigfpe = -3

    /// <summary>The terminal is gone; to a server, by custom: read your settings again.</summary>
    let sighup = -4

    /// <summary>An instruction that the processor does not know: a fault.</summary>
    let sigill = -5

    /// <summary>Ctrl-C at the terminal.</summary>
    let sigint = -6

    /// <summary>Ends the process; nothing can handle it.</summary>
    let sigkill = -7

    /// <summary>A write to a pipe that nobody reads. .NET ignores it: the write fails with EPIPE.</summary>
    let sigpipe = -8

    /// <summary>Ctrl-\ at the terminal.</summary>
    let sigquit = -9

    /// <summary>Memory that is not there: an exception in .NET.</summary>
    let sigsegv = -10

    /// <summary>Asks the process to end.</summary>
    let sigterm = -11

    /// <summary>Whatever the program makes of it.</summary>
    let sigusr1 = -12

    /// <summary>Whatever the program makes of it.</summary>
    let sigusr2 = -13

    /// <summary>A child process has ended or stopped.</summary>
    let sigchld = -14

    /// <summary>The process goes on after it was stopped.</summary>
    let sigcont = -15

    /// <summary>Stops the process; nothing can handle it.</summary>
    let sigstop = -16

    /// <summary>Ctrl-Z at the terminal.</summary>
    let sigtstp = -17

    /// <summary>A read of the terminal in the background.</summary>
    let sigttin = -18

    /// <summary>A write to the terminal in the background.</summary>
    let sigttou = -19

    /// <summary>A time that counts the program's own processor time is over.</summary>
    let sigvtalrm = -20

    /// <summary>A time that counts processor time is over.</summary>
    let sigprof = -21

    /// <summary>Memory that cannot be read: a fault.</summary>
    let sigbus = -22

    /// <summary>A descriptor is ready.</summary>
    let sigpoll = -23

    /// <summary>A system call that does not exist.</summary>
    let sigsys = -24

    /// <summary>A debugger's: a fault.</summary>
    let sigtrap = -25

    /// <summary>Urgent data has come to a socket.</summary>
    let sigurg = -26

    /// <summary>The process has used more processor time than it may.</summary>
    let sigxcpu = -27

    /// <summary>A file has become longer than it may.</summary>
    let sigxfsz = -28
