namespace Lwt.FSharp

open System
open System.IO
open System.Net.Security
open System.Security.Authentication
open System.Security.Cryptography.X509Certificates
open Lwt.Core
open Lwt.FSharp.CompilerServices

/// <summary>
/// The part of OCaml's <c>Ssl</c> that <c>Lwt_ssl</c> needs: contexts, over the TLS of .NET. A client verifies the certificate
/// of the server, and the name in it, unless <c>set_verify</c> turns that off; OCaml's verifies nothing by itself. Revocation is
/// not checked, and no certificates are downloaded, for both would block the loop.
/// </summary>
module Ssl =

    /// <summary>The version of TLS. What is older than 1.2 is not there.</summary>
    type protocol =
        /// The best that both ends have.
        | SSLv23
        /// TLS 1.2 only.
        | TLSv1_2
        /// TLS 1.3 only.
        | TLSv1_3

    /// <summary>What connections a context is for.</summary>
    type context_type =
        /// Those that connect.
        | Client_context
        /// Those that are accepted.
        | Server_context
        /// Both.
        | Both_context

    /// <summary>How the certificate of the peer is verified.</summary>
    type verify_mode =
        /// A client verifies the server. A server asks for a certificate, and verifies it if there is one.
        | Verify_peer
        /// As Verify_peer; a server refuses a client without a certificate.
        | Verify_fail_if_no_peer_cert
        /// As Verify_peer.
        | Verify_client_once

    /// <summary>
    /// Decides whether a certificate is accepted, from what .NET has found wrong with it. In OCaml there is only one.
    /// </summary>
    type verify_callback = X509Certificate2 option -> SslPolicyErrors -> bool

    /// <summary>What the connections of a program have in common. Change it before the first connection.</summary>
    [<Sealed; AllowNullLiteral>]
    type context internal (protocol: protocol, kind: context_type) =
        member internal _.Protocols =
            match protocol with
            | SSLv23 -> SslProtocols.None
            | TLSv1_2 -> SslProtocols.Tls12
            | TLSv1_3 -> SslProtocols.Tls13

        member internal _.Kind = kind
        member val internal Certificate: SslStreamCertificateContext option = None with get, set
        /// The roots that are trusted instead of the system's, if there are any.
        member val internal Roots = X509Certificate2Collection()
        /// Whether the system's are trusted too.
        member val internal WithSystemRoots = false with get, set
        /// None is the default of the role.
        member val internal Verify: (verify_mode list * verify_callback option) option = None with get, set
        member val internal Protos: string list = [] with get, set
        member val internal Host = "" with get, set

    /// <summary>One connection of TLS.</summary>
    [<Sealed; AllowNullLiteral>]
    type socket internal (context: context) =
        member internal _.Context = context
        member val internal Host = context.Host with get, set
        member val internal Session: TlsSession option = None with get, set

        member internal this.Agreed(call: string) =
            match this.Session with
            | Some session -> session
            | None -> raise (InvalidOperationException $"{call}: the handshake is not done.")

    /// <summary>Does nothing: .NET needs no call.</summary>
    let init () : unit = ()

    /// <summary>Makes a context.</summary>
    let create_context (protocol: protocol) (kind: context_type) : context = context (protocol, kind)

    let private certificates (pem: string) : X509Certificate2Collection =
        let all = X509Certificate2Collection()
        all.ImportFromPem pem
        all

    /// <summary>Uses a certificate of .NET, which has its private key. (Not in OCaml.)</summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">The certificate has no private key.</exception>
    let use_x509 (ctx: context) (certificate: X509Certificate2) : unit =
        Null.check "Ssl.use_x509" (nameof ctx) ctx
        Null.check "Ssl.use_x509" (nameof certificate) certificate

        if not certificate.HasPrivateKey then
            raise (InvalidArgumentException "Ssl.use_x509: the certificate has no private key.")

        ctx.Certificate <- Some(SslStreamCertificateContext.Create(certificate, null, offline = true))

    /// <summary>
    /// Uses a certificate and its private key, both texts in PEM. Certificates that follow the first are those between it and
    /// the root, and are sent too.
    /// </summary>
    let use_certificate_from_string (ctx: context) (cert: string) (privkey: string) : unit =
        Null.check "Ssl.use_certificate_from_string" (nameof ctx) ctx
        Null.check "Ssl.use_certificate_from_string" (nameof cert) cert
        Null.check "Ssl.use_certificate_from_string" (nameof privkey) privkey
        use read = X509Certificate2.CreateFromPem(cert, privkey)
        // Windows does not take a key that exists in memory only.
        let first =
            X509CertificateLoader.LoadPkcs12(read.Export X509ContentType.Pkcs12, null)

        let others = certificates cert
        others.RemoveAt 0
        ctx.Certificate <- Some(SslStreamCertificateContext.Create(first, others, offline = true))

    /// <summary>As <c>use_certificate_from_string</c>, of two files.</summary>
    let use_certificate (ctx: context) (cert: string) (privkey: string) : unit =
        Null.check "Ssl.use_certificate" (nameof ctx) ctx
        Null.check "Ssl.use_certificate" (nameof cert) cert
        Null.check "Ssl.use_certificate" (nameof privkey) privkey
        use_certificate_from_string ctx (File.ReadAllText cert) (File.ReadAllText privkey)

    /// <summary>
    /// Trusts the certificates in a text in PEM, and what they have signed: instead of those that the system trusts, unless
    /// <c>set_default_verify_paths</c> is called too.
    /// </summary>
    let add_cert_to_store (ctx: context) (cert: string) : unit =
        Null.check "Ssl.add_cert_to_store" (nameof ctx) ctx
        Null.check "Ssl.add_cert_to_store" (nameof cert) cert
        ctx.Roots.AddRange(certificates cert)

    /// <summary>
    /// As <c>add_cert_to_store</c>, of a file, and of the files of a folder that end in .pem or .crt. An empty text is none.
    /// </summary>
    /// <exception cref="T:Lwt.FSharp.InvalidArgumentException">Both are empty, or one does not exist.</exception>
    let load_verify_locations (ctx: context) (cafile: string) (capath: string) : unit =
        Null.check "Ssl.load_verify_locations" (nameof ctx) ctx
        Null.check "Ssl.load_verify_locations" (nameof cafile) cafile
        Null.check "Ssl.load_verify_locations" (nameof capath) capath

        let refuse what =
            raise (InvalidArgumentException $"Ssl.load_verify_locations: {what}.")

        if cafile = "" && capath = "" then
            refuse "there is neither a file nor a folder"

        if cafile <> "" && not (File.Exists cafile) then
            refuse $"the file {cafile} does not exist"

        if capath <> "" && not (Directory.Exists capath) then
            refuse $"the folder {capath} does not exist"

        if cafile <> "" then
            ctx.Roots.ImportFromPemFile cafile

        if capath <> "" then
            for file in Directory.GetFiles capath do
                if
                    file.EndsWith(".pem", StringComparison.Ordinal)
                    || file.EndsWith(".crt", StringComparison.Ordinal)
                then
                    ctx.Roots.ImportFromPemFile file

    /// <summary>
    /// Trusts what the system trusts, beside what is added to the store; returns true. Where nothing is added, that is so
    /// already.
    /// </summary>
    let set_default_verify_paths (ctx: context) : bool =
        Null.check "Ssl.set_default_verify_paths" (nameof ctx) ctx
        ctx.WithSystemRoots <- true
        true

    /// <summary>
    /// How the peer is verified; no mode at all turns it off, and whoever is between can then read and change everything. By
    /// default a client verifies, and a server asks for no certificate. A function decides instead of the rules of .NET.
    /// </summary>
    let set_verify (ctx: context) (modes: verify_mode list) (callback: verify_callback option) : unit =
        Null.check "Ssl.set_verify" (nameof ctx) ctx
        ctx.Verify <- Some(modes, callback)

    /// <summary>The protocols inside of TLS that are offered or accepted, best first (ALPN).</summary>
    let set_context_alpn_protos (ctx: context) (protos: string list) : unit =
        Null.check "Ssl.set_context_alpn_protos" (nameof ctx) ctx
        ctx.Protos <- protos

    /// <summary>
    /// The name of the server that a client connects to, for connections that get none from <c>set_client_SNI_hostname</c>.
    /// <c>Lwt_ssl.ssl_connect</c> needs it, for it verifies the name. (Not in OCaml.)
    /// </summary>
    let set_context_hostname (ctx: context) (host: string) : unit =
        Null.check "Ssl.set_context_hostname" (nameof ctx) ctx
        Null.check "Ssl.set_context_hostname" (nameof host) host
        ctx.Host <- host

    /// <summary>
    /// The name of the server: the client tells it (SNI), and the certificate must be valid for it. Before the handshake.
    /// </summary>
    let set_client_SNI_hostname (s: socket) (host: string) : unit =
        Null.check "Ssl.set_client_SNI_hostname" (nameof s) s
        Null.check "Ssl.set_client_SNI_hostname" (nameof host) host
        s.Host <- host

    /// <summary>The same as <c>set_client_SNI_hostname</c>: one name is told and verified.</summary>
    let set_host (s: socket) (host: string) : unit =
        Null.check "Ssl.set_host" (nameof s) s
        Null.check "Ssl.set_host" (nameof host) host
        s.Host <- host

    /// <summary>The protocol inside that was agreed on, or <c>None</c>.</summary>
    let get_negotiated_alpn_protocol (s: socket) : string option =
        Null.check "Ssl.get_negotiated_alpn_protocol" (nameof s) s

        match s.Agreed("Ssl.get_negotiated_alpn_protocol").ApplicationProtocol with
        | none when none.Protocol.IsEmpty -> None
        | chosen -> Some(chosen.ToString())

    /// <summary>The certificate of the peer. OCaml raises where there is none.</summary>
    let get_certificate (s: socket) : X509Certificate2 option =
        Null.check "Ssl.get_certificate" (nameof s) s
        Option.ofObj (s.Agreed("Ssl.get_certificate").RemoteCertificate)

    /// <summary>The version of TLS that was agreed on.</summary>
    let version (s: socket) : protocol =
        Null.check "Ssl.version" (nameof s) s

        match s.Agreed("Ssl.version").Protocol with
        | SslProtocols.Tls13 -> TLSv1_3
        | _ -> TLSv1_2
