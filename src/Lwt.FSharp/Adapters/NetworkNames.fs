namespace Lwt.FSharp

open System
open System.IO
open System.Threading
open System.Threading.Tasks
open Unix

/// The system's files of protocols and services, which .NET has no call for. Where there is none, a small table of the
/// usual ones. Both are lines of a name, a number and aliases.
module internal NetworkNames =

    let private usualProtocols =
        "ip 0 IP
icmp 1 ICMP
igmp 2 IGMP
ipencap 4 IP-ENCAP
tcp 6 TCP
egp 8 EGP
udp 17 UDP
ipv6 41 IPv6
gre 47 GRE
esp 50 IPSEC-ESP
ah 51 IPSEC-AH
ipv6-icmp 58 IPv6-ICMP
ospf 89 OSPFIGP
sctp 132 SCTP
udplite 136 UDPLite"

    let private usualServices =
        "echo 7/tcp
echo 7/udp
discard 9/tcp sink null
discard 9/udp sink null
daytime 13/tcp
daytime 13/udp
ftp-data 20/tcp
ftp 21/tcp
ssh 22/tcp
telnet 23/tcp
smtp 25/tcp mail
time 37/tcp timserver
time 37/udp timserver
domain 53/tcp
domain 53/udp
tftp 69/udp
gopher 70/tcp
finger 79/tcp
http 80/tcp www
kerberos 88/tcp kerberos5 krb5 kerberos-sec
kerberos 88/udp kerberos5 krb5 kerberos-sec
pop3 110/tcp pop-3
sunrpc 111/tcp portmapper
sunrpc 111/udp portmapper
nntp 119/tcp readnews untp
ntp 123/udp
imap2 143/tcp imap
snmp 161/tcp
snmp 161/udp
irc 194/tcp
irc 194/udp
ldap 389/tcp
ldap 389/udp
https 443/tcp
https 443/udp
submission 587/tcp
ldaps 636/tcp
domain-s 853/tcp
domain-s 853/udp
ftps 990/tcp
imaps 993/tcp
pop3s 995/tcp
postgresql 5432/tcp postgres
postgresql 5432/udp postgres
mysql 3306/tcp
http-alt 8080/tcp webcache
http-alt 8080/udp"

    let private folder =
        if OperatingSystem.IsWindows() then
            Path.Combine(Environment.SystemDirectory, "drivers", "etc")
        else
            "/etc"

    // Read each time, as the system's own calls do, and never on the loop's thread.
    let private read (file: string) (usual: string) (token: CancellationToken) : Task<string array list> =
        task {
            let! text =
                task {
                    try
                        return! File.ReadAllTextAsync(Path.Combine(folder, file), token)
                    with
                    | :? IOException
                    | :? UnauthorizedAccessException -> return usual
                }

            return
                [
                    for line in text.Split('\n') do
                        let entry = Array.head (line.Split '#')

                        let fields =
                            entry.Split([| ' '; '\t'; '\r' |], StringSplitOptions.RemoveEmptyEntries)

                        if fields.Length >= 2 then
                            fields
                ]
        }

    let protocols (token: CancellationToken) : Task<protocol_entry list> =
        task {
            let! lines =
                read
                    (if OperatingSystem.IsWindows() then
                         "protocol"
                     else
                         "protocols")
                    usualProtocols
                    token

            return
                [
                    for fields in lines do
                        match Int32.TryParse fields[1] with
                        | true, number ->
                            {
                                p_name = fields[0]
                                p_aliases = fields[2..]
                                p_proto = number
                            }
                        | _ -> ()
                ]
        }

    let services (token: CancellationToken) : Task<service_entry list> =
        task {
            let! lines = read "services" usualServices token

            return
                [
                    for fields in lines do
                        match fields[1].Split '/' with
                        | [| port; protocol |] ->
                            match Int32.TryParse port with
                            | true, port ->
                                {
                                    s_name = fields[0]
                                    s_aliases = fields[2..]
                                    s_port = port
                                    s_proto = protocol
                                }
                            | _ -> ()
                        | _ -> ()
                ]
        }

    /// Of the protocol, or of any where it is "".
    let isOf (protocol: string) (service: service_entry) =
        protocol = "" || service.s_proto = protocol

    let isNamed (name: string) (service: service_entry) =
        service.s_name = name || Array.contains name service.s_aliases
