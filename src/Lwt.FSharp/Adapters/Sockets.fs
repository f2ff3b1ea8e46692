/// Unix's addresses and options as .NET has them, both ways.
module internal Lwt.FSharp.Sockets

open System
open System.Net
open System.Net.Sockets
open System.Text
open Unix

let family (domain: socket_domain) : AddressFamily =
    match domain with
    | PF_UNIX -> AddressFamily.Unix
    | PF_INET -> AddressFamily.InterNetwork
    | PF_INET6 -> AddressFamily.InterNetworkV6

let kind (socket_type: socket_type) : SocketType =
    match socket_type with
    | SOCK_STREAM -> SocketType.Stream
    | SOCK_DGRAM -> SocketType.Dgram
    | SOCK_RAW -> SocketType.Raw
    | SOCK_SEQPACKET -> SocketType.Seqpacket

let endPoint (call: string) (address: sockaddr) : EndPoint =
    match address with
    | ADDR_INET(host, port) -> IPEndPoint(host, port)
    | ADDR_UNIX path ->
        try
            UnixDomainSocketEndPoint path
        with :? ArgumentException ->
            raise (Unix_error((if path = "" then EINVAL else ENAMETOOLONG), call, path))

// ToString of a name that is no file, which begins with a zero, shows an @ in its place.
let private path (address: EndPoint) =
    let native = address.Serialize()
    let bytes = native.Buffer.Span.Slice(2, native.Size - 2)

    if bytes.Length > 0 && bytes[0] = 0uy then
        Encoding.UTF8.GetString bytes
    else
        address.ToString()

let sockaddr (address: EndPoint) : sockaddr =
    match address with
    | :? IPEndPoint as address -> ADDR_INET(address.Address, address.Port)
    | address when address.AddressFamily = AddressFamily.Unix -> ADDR_UNIX(path address)
    | address -> raise (Unix_error(EAFNOSUPPORT, "", string address))

let direction (command: shutdown_command) : SocketShutdown =
    match command with
    | SHUTDOWN_RECEIVE -> SocketShutdown.Receive
    | SHUTDOWN_SEND -> SocketShutdown.Send
    | SHUTDOWN_ALL -> SocketShutdown.Both

let flags (flags: msg_flag list) : SocketFlags =
    let rec add all flags =
        match flags with
        | [] -> all
        | MSG_OOB :: rest -> add (all ||| SocketFlags.OutOfBand) rest
        | MSG_DONTROUTE :: rest -> add (all ||| SocketFlags.DontRoute) rest
        | MSG_PEEK :: rest -> add (all ||| SocketFlags.Peek) rest

    add SocketFlags.None flags

let boolOption (option: socket_bool_option) : SocketOptionLevel * SocketOptionName =
    match option with
    | SO_DEBUG -> SocketOptionLevel.Socket, SocketOptionName.Debug
    | SO_BROADCAST -> SocketOptionLevel.Socket, SocketOptionName.Broadcast
    | SO_REUSEADDR -> SocketOptionLevel.Socket, SocketOptionName.ReuseAddress
    | SO_KEEPALIVE -> SocketOptionLevel.Socket, SocketOptionName.KeepAlive
    | SO_DONTROUTE -> SocketOptionLevel.Socket, SocketOptionName.DontRoute
    | SO_OOBINLINE -> SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline
    | SO_ACCEPTCONN -> SocketOptionLevel.Socket, SocketOptionName.AcceptConnection
    | TCP_NODELAY -> SocketOptionLevel.Tcp, SocketOptionName.NoDelay
    | IPV6_ONLY -> SocketOptionLevel.IPv6, SocketOptionName.IPv6Only
    // .NET has no other name for it.
    | SO_REUSEPORT -> SocketOptionLevel.Socket, SocketOptionName.ReuseUnicastPort

let intOption (option: socket_int_option) : SocketOptionName =
    match option with
    | SO_SNDBUF -> SocketOptionName.SendBuffer
    | SO_RCVBUF -> SocketOptionName.ReceiveBuffer
    | SO_ERROR -> SocketOptionName.Error
    | SO_TYPE -> SocketOptionName.Type
    | SO_RCVLOWAT -> SocketOptionName.ReceiveLowWater
    | SO_SNDLOWAT -> SocketOptionName.SendLowWater

let floatOption (option: socket_float_option) : SocketOptionName =
    match option with
    | SO_RCVTIMEO -> SocketOptionName.ReceiveTimeout
    | SO_SNDTIMEO -> SocketOptionName.SendTimeout
