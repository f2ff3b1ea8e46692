namespace Lwt.FSharp

open System

/// <summary>What the system offers: OCaml's <c>Lwt_sys</c>.</summary>
module Lwt_sys =

    /// <summary>The system, or this library on it, does not offer what a function needs; its name.</summary>
    exception Not_available of string with
        /// <summary>Says what is not available.</summary>
        override e.Message = $"{e.Data0} is not available on this system."

    /// <summary>What can be asked for. (OCaml's are polymorphic variants, such as <c>`fdatasync</c>.)</summary>
    type feature =
        /// What resources a child has used.
        | Wait4
        /// <c>Lwt_unix.get_cpu</c>.
        | Get_cpu
        /// <c>Lwt_unix.get_affinity</c>.
        | Get_affinity
        /// <c>Lwt_unix.set_affinity</c>.
        | Set_affinity
        /// <c>Lwt_unix.recv_msg</c>.
        | Recv_msg
        /// <c>Lwt_unix.send_msg</c>.
        | Send_msg
        /// Descriptors along with bytes, by <c>recv_msg</c> and <c>send_msg</c>.
        | Fd_passing
        /// <c>Lwt_unix.get_credentials</c>.
        | Get_credentials
        /// <c>Lwt_bytes.mincore</c>.
        | Mincore
        /// <c>Lwt_bytes.madvise</c>.
        | Madvise
        /// <c>Lwt_unix.fdatasync</c>.
        | Fdatasync
        /// The library libev, which is one of C's.
        | Libev

    /// <summary>Whether a feature is there. Most are those of Linux; libev never is.</summary>
    let have (feature: feature) : bool =
        match feature with
        | Recv_msg
        | Send_msg -> true
        | Libev -> false
        | Wait4
        | Get_cpu
        | Get_affinity
        | Set_affinity
        | Fd_passing
        | Get_credentials
        | Mincore
        | Madvise
        | Fdatasync -> OperatingSystem.IsLinux()

    /// <summary>In which order the bytes of a number stand in memory.</summary>
    type byte_order =
        /// The lowest first.
        | Little_endian
        /// The highest first.
        | Big_endian

    /// <summary>That of this machine.</summary>
    let byte_order: byte_order =
        if BitConverter.IsLittleEndian then
            Little_endian
        else
            Big_endian

    /// <summary>Whether the system is Windows.</summary>
    let windows: bool = OperatingSystem.IsWindows()
