/// The settings of terminals: OCaml's record, and as Linux keeps them.
module internal Lwt.FSharp.Terminals

open System
open Lwt.Core
open Lwt.Core.CompilerServices
open Unix

// Four numbers: flags of input, output, the line, and what the system does. Then a byte, then the characters.
let private Input = 0
let private Output = 4
let private Line = 8
let private Local = 12
let private Characters = 17

let private read (settings: byte array) (at: int) = BitConverter.ToUInt32(settings, at)

let private write (settings: byte array) (at: int) (flags: uint32) =
    BitConverter.TryWriteBytes(Span(settings, at, 4), flags) |> ignore

let private has (settings: byte array) (at: int) (flag: uint32) = read settings at &&& flag <> 0u

/// Replaces the bits of a mask.
let private put (settings: byte array) (at: int) (mask: uint32) (bits: uint32) =
    write settings at ((read settings at &&& ~~~mask) ||| bits)

let private turn (settings: byte array) (at: int) (flag: uint32) (on: bool) =
    put settings at flag (if on then flag else 0u)

// Speeds by their codes: those up to 15, then from 0x1001 on.
let private speeds =
    [|
        0, 0u
        50, 1u
        75, 2u
        110, 3u
        134, 4u
        150, 5u
        200, 6u
        300, 7u
        600, 8u
        1200, 9u
        1800, 10u
        2400, 11u
        4800, 12u
        9600, 13u
        19200, 14u
        38400, 15u
        57600, 0x1001u
        115200, 0x1002u
        230400, 0x1003u
        460800, 0x1004u
        500000, 0x1005u
        576000, 0x1006u
        921600, 0x1007u
        1000000, 0x1008u
        1152000, 0x1009u
        1500000, 0x100Au
        2000000, 0x100Bu
        2500000, 0x100Cu
        3000000, 0x100Du
        3500000, 0x100Eu
        4000000, 0x100Fu
    |]

let private outputSpeed = 0x100Fu
let private inputSpeed = 0x100F0000u
let private characterSize = 0x30u

/// As OCaml, 9,600 for one that has no code.
let private speedOf (code: uint32) =
    speeds
    |> Array.tryPick (fun (speed, c) -> if c = code then Some speed else None)
    |> Option.defaultValue 9600

let private outputSpeedIn settings =
    speedOf (read settings Line &&& outputSpeed)

/// The system keeps zero where both are the same.
let private inputSpeedIn settings =
    match (read settings Line &&& inputSpeed) >>> 16 with
    | 0u -> outputSpeedIn settings
    | code -> speedOf code

let private invalid () : exn = Unix_error(EINVAL, "tcsetattr", "")

let private codeOf (speed: int) =
    match Array.tryFind (fun (s, _) -> s = speed) speeds with
    | Some(_, code) -> code
    | None -> raise (invalid ())

let private character (settings: byte array) (index: int) = settings[Characters + index]

let private setCharacter (settings: byte array) (index: int) (value: int) =
    if value < 0 || value > 255 then
        raise (invalid ())

    settings[Characters + index] <- byte value

let private ofSettings (s: byte array) : terminal_io =
    {
        c_ignbrk = has s Input 0x1u
        c_brkint = has s Input 0x2u
        c_ignpar = has s Input 0x4u
        c_parmrk = has s Input 0x8u
        c_inpck = has s Input 0x10u
        c_istrip = has s Input 0x20u
        c_inlcr = has s Input 0x40u
        c_igncr = has s Input 0x80u
        c_icrnl = has s Input 0x100u
        c_ixon = has s Input 0x400u
        c_ixoff = has s Input 0x1000u
        c_opost = has s Output 0x1u
        c_obaud = outputSpeedIn s
        c_ibaud = inputSpeedIn s
        c_csize = 5 + int ((read s Line &&& characterSize) >>> 4)
        c_cstopb = (if has s Line 0x40u then 2 else 1)
        c_cread = has s Line 0x80u
        c_parenb = has s Line 0x100u
        c_parodd = has s Line 0x200u
        c_hupcl = has s Line 0x400u
        c_clocal = has s Line 0x800u
        c_isig = has s Local 0x1u
        c_icanon = has s Local 0x2u
        c_noflsh = has s Local 0x80u
        c_echo = has s Local 0x8u
        c_echoe = has s Local 0x10u
        c_echok = has s Local 0x20u
        c_echonl = has s Local 0x40u
        c_vintr = char (character s 0)
        c_vquit = char (character s 1)
        c_verase = char (character s 2)
        c_vkill = char (character s 3)
        c_veof = char (character s 4)
        c_veol = char (character s 11)
        c_vmin = int (character s 6)
        c_vtime = int (character s 5)
        c_vstart = char (character s 8)
        c_vstop = char (character s 9)
    }

/// Changes what the record has, and leaves the rest as it is.
let private change (s: byte array) (io: terminal_io) : unit =
    for flag, on in
        [
            0x1u, io.c_ignbrk
            0x2u, io.c_brkint
            0x4u, io.c_ignpar
            0x8u, io.c_parmrk
            0x10u, io.c_inpck
            0x20u, io.c_istrip
            0x40u, io.c_inlcr
            0x80u, io.c_igncr
            0x100u, io.c_icrnl
            0x400u, io.c_ixon
            0x1000u, io.c_ixoff
        ] do
        turn s Input flag on

    turn s Output 0x1u io.c_opost

    // A speed without a code stays, unless another is set.
    let before = inputSpeedIn s

    if io.c_obaud <> outputSpeedIn s then
        put s Line outputSpeed (codeOf io.c_obaud)

    if io.c_ibaud = 0 || io.c_ibaud = io.c_obaud then
        put s Line inputSpeed 0u
    elif io.c_ibaud <> before || before <> inputSpeedIn s then
        put s Line inputSpeed (codeOf io.c_ibaud <<< 16)

    if io.c_csize < 5 || io.c_csize > 8 || io.c_cstopb < 1 || io.c_cstopb > 2 then
        raise (invalid ())

    put s Line characterSize (uint32 (io.c_csize - 5) <<< 4)

    for flag, on in
        [
            0x40u, io.c_cstopb = 2
            0x80u, io.c_cread
            0x100u, io.c_parenb
            0x200u, io.c_parodd
            0x400u, io.c_hupcl
            0x800u, io.c_clocal
        ] do
        turn s Line flag on

    for flag, on in
        [
            0x1u, io.c_isig
            0x2u, io.c_icanon
            0x80u, io.c_noflsh
            0x8u, io.c_echo
            0x10u, io.c_echoe
            0x20u, io.c_echok
            0x40u, io.c_echonl
        ] do
        turn s Local flag on

    for index, value in
        [
            0, int io.c_vintr
            1, int io.c_vquit
            2, int io.c_verase
            3, int io.c_vkill
            4, int io.c_veof
            11, int io.c_veol
            6, io.c_vmin
            5, io.c_vtime
            8, int io.c_vstart
            9, int io.c_vstop
        ] do
        setCharacter s index value

let get (fd: Port) : terminal_io = ofSettings (Primitives.GetTerminal fd)

let set (fd: Port) (time: setattr_when) (io: terminal_io) : unit Lwt.t =
    let number =
        match time with
        | TCSANOW -> 0
        | TCSADRAIN -> 1
        | TCSAFLUSH -> 2

    let start () =
        let settings = Primitives.GetTerminal fd
        change settings io
        Primitives.SetTerminal(fd, number, settings)

    Lwt.map ignore (Lwt.apply start ())

let flush (fd: Port) (queue: flush_queue) : unit Lwt.t =
    let number =
        match queue with
        | TCIFLUSH -> 0
        | TCOFLUSH -> 1
        | TCIOFLUSH -> 2

    Lwt.map ignore (Primitives.FlushTerminal(fd, number))

let flow (fd: Port) (action: flow_action) : unit Lwt.t =
    let number =
        match action with
        | TCOOFF -> 0
        | TCOON -> 1
        | TCIOFF -> 2
        | TCION -> 3

    Lwt.map ignore (Primitives.FlowTerminal(fd, number))
