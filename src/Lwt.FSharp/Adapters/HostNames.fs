namespace Lwt.FSharp

open System
open System.Net
open System.Net.Sockets
open System.Threading
open System.Threading.Tasks
open Unix

/// Hosts by .NET's Dns, whose calls run on the thread pool. What is not found is Not_found, as in OCaml.
module internal HostNames =

    let private notFound (what: string) : exn =
        NotFoundException $"{what} is not known."

    let private isAddress (host: string) =
        try
            ValueSome(inet_addr_of_string host)
        with _ ->
            ValueNone

    let private domainOf (a: inet_addr) =
        if is_inet6_addr a then PF_INET6 else PF_INET

    // As the C library's gethostbyname: IPv4 only, and a number is its own name.
    let byName (name: string) (token: CancellationToken) : Task<host_entry> =
        task {
            match isAddress name with
            | ValueSome a ->
                return
                    {
                        h_name = name
                        h_aliases = [||]
                        h_addrtype = domainOf a
                        h_addr_list = [| a |]
                    }
            | ValueNone ->
                let! entry =
                    task {
                        try
                            return! Dns.GetHostEntryAsync(name, AddressFamily.InterNetwork, token)
                        with
                        | :? SocketException
                        | :? ArgumentException -> return raise (notFound name)
                    }

                if entry.AddressList.Length = 0 then
                    raise (notFound name)

                return
                    {
                        h_name = entry.HostName
                        h_aliases = entry.Aliases
                        h_addrtype = PF_INET
                        h_addr_list = entry.AddressList
                    }
        }

    let private nameOf (a: inet_addr) (token: CancellationToken) : Task<IPHostEntry voption> =
        task {
            try
                let! entry = Dns.GetHostEntryAsync(string a, AddressFamily.Unspecified, token)
                return ValueSome entry
            with
            | :? SocketException
            | :? ArgumentException -> return ValueNone
        }

    let byAddress (a: inet_addr) (token: CancellationToken) : Task<host_entry> =
        task {
            match! nameOf a token with
            | ValueSome entry ->
                return
                    {
                        h_name = entry.HostName
                        h_aliases = entry.Aliases
                        h_addrtype = domainOf a
                        h_addr_list = [| a |]
                    }
            | ValueNone -> return raise (notFound (string a))
        }

    let names (address: sockaddr) (options: getnameinfo_option list) (token: CancellationToken) : Task<name_info> =
        let has option = List.contains option options

        task {
            match address with
            | ADDR_UNIX path ->
                return
                    {
                        ni_hostname = Dns.GetHostName()
                        ni_service = path
                    }
            | ADDR_INET(host, port) ->
                let! hostname =
                    task {
                        if has NI_NUMERICHOST then
                            return string host
                        else
                            match! nameOf host token with
                            | ValueSome entry when has NI_NOFQDN -> return Array.head (entry.HostName.Split '.')
                            | ValueSome entry -> return entry.HostName
                            | ValueNone when has NI_NAMEREQD -> return raise (notFound (string host))
                            | ValueNone -> return string host
                    }

                let! service =
                    task {
                        if has NI_NUMERICSERV then
                            return string port
                        else
                            let! services = NetworkNames.services token
                            let protocol = if has NI_DGRAM then "udp" else "tcp"

                            return
                                match List.tryFind (fun s -> s.s_port = port && s.s_proto = protocol) services with
                                | Some service -> service.s_name
                                | None -> string port
                    }

                return
                    {
                        ni_hostname = hostname
                        ni_service = service
                    }
        }

    // The kinds of socket, in the C library's order, with their protocol; the last has no services of its own.
    let private kinds =
        [ SOCK_STREAM, 6, "tcp"; SOCK_DGRAM, 17, "udp"; SOCK_RAW, 0, "" ]

    let private ports (service: string) (token: CancellationToken) : Task<string -> int option> =
        task {
            if service = "" then
                return (fun _ -> Some 0)
            else
                match Int32.TryParse service with
                | true, port when port >= 0 && port <= 65535 -> return (fun _ -> Some port)
                | _ ->
                    let! services = NetworkNames.services token

                    return
                        (fun protocol ->
                            if protocol = "" then
                                None
                            else
                                services
                                |> List.tryFind (fun s -> s.s_proto = protocol && NetworkNames.isNamed service s)
                                |> Option.map _.s_port)
        }

    let private addresses (host: string) (options: getaddrinfo_option list) (token: CancellationToken) =
        let has option = List.contains option options

        task {
            match host, isAddress host with
            | "", _ when has AI_PASSIVE -> return "", [ inet_addr_any; inet6_addr_any ]
            | "", _ -> return "", [ inet6_addr_loopback; inet_addr_loopback ]
            | _, ValueSome a -> return host, [ a ]
            | _, ValueNone when has AI_NUMERICHOST -> return "", []
            | _, ValueNone ->
                try
                    if has AI_CANONNAME then
                        let! entry = Dns.GetHostEntryAsync(host, token)
                        return entry.HostName, List.ofArray entry.AddressList
                    else
                        let! found = Dns.GetHostAddressesAsync(host, token)
                        return "", List.ofArray found
                with
                | :? SocketException
                | :? ArgumentException -> return "", []
        }

    let info
        (host: string)
        (service: string)
        (options: getaddrinfo_option list)
        (token: CancellationToken)
        : Task<addr_info list> =
        // Of an option that is there several times, the last holds.
        let last pick = List.tryLast (List.choose pick options)

        let domain =
            last (function
                | AI_FAMILY domain -> Some domain
                | _ -> None)

        let kind =
            last (function
                | AI_SOCKTYPE kind -> Some kind
                | _ -> None)

        let protocol =
            last (function
                | AI_PROTOCOL number when number <> 0 -> Some number
                | _ -> None)

        task {
            if host = "" && service = "" then
                return []
            else
                let! canonical, found = addresses host options token
                let! portOf = ports service token

                let infos =
                    [
                        for a in found do
                            if Option.forall ((=) (domainOf a)) domain then
                                for ai_socktype, number, name in kinds do
                                    let fits =
                                        Option.forall ((=) ai_socktype) kind
                                        && Option.forall (fun p -> p = number || kind = Some SOCK_RAW) protocol

                                    match portOf name with
                                    | Some port when fits ->
                                        {
                                            ai_family = domainOf a
                                            ai_socktype = ai_socktype
                                            ai_protocol =
                                                (if number = 0 then
                                                     Option.defaultValue 0 protocol
                                                 else
                                                     number)
                                            ai_addr = ADDR_INET(a, port)
                                            ai_canonname = ""
                                        }
                                    | _ -> ()
                    ]

                return
                    match infos with
                    | first :: rest when List.contains AI_CANONNAME options ->
                        { first with ai_canonname = canonical } :: rest
                    | infos -> infos
        }
