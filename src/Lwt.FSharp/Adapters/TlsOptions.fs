/// The options of .NET for a handshake, from a context of Ssl.
module internal Lwt.FSharp.TlsOptions

open System.Collections.Generic
open System.Net.Security
open System.Security.Cryptography.X509Certificates
open Lwt.FSharp

let private refuse (call: string) (what: string) =
    raise (InvalidArgumentException $"{call}: {what}")

let private chainPolicy (ctx: Ssl.context) =
    let policy =
        X509ChainPolicy(DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck)

    if ctx.Roots.Count > 0 then
        policy.TrustMode <- X509ChainTrustMode.CustomRootTrust
        policy.CustomTrustStore.AddRange ctx.Roots

        if ctx.WithSystemRoots then
            for place in [ StoreLocation.LocalMachine; StoreLocation.CurrentUser ] do
                use store = new X509Store(StoreName.Root, place, OpenFlags.ReadOnly)
                policy.CustomTrustStore.AddRange store.Certificates

    policy

let private protocols (ctx: Ssl.context) =
    match ctx.Protos with
    | [] -> null
    | protos -> List [ for proto in protos -> SslApplicationProtocol proto ]

let private callback (decide: X509Certificate2 option -> SslPolicyErrors -> bool) =
    RemoteCertificateValidationCallback(fun _ certificate _ errors ->
        match certificate with
        | null -> decide None errors
        | :? X509Certificate2 as certificate -> decide (Some certificate) errors
        | certificate -> decide (Some(new X509Certificate2(certificate))) errors)

let client (call: string) (s: Ssl.socket) : SslClientAuthenticationOptions =
    let ctx = s.Context

    if ctx.Kind = Ssl.Server_context then
        refuse call "the context is for servers."

    let options =
        SslClientAuthenticationOptions(
            TargetHost = s.Host,
            EnabledSslProtocols = ctx.Protocols,
            ApplicationProtocols = protocols ctx,
            CertificateChainPolicy = chainPolicy ctx,
            ClientCertificateContext = Option.toObj ctx.Certificate
        )

    match ctx.Verify with
    | Some([], _) -> options.RemoteCertificateValidationCallback <- callback (fun _ _ -> true)
    | Some(_, Some decide) -> options.RemoteCertificateValidationCallback <- callback decide
    | _ when s.Host = "" ->
        refuse
            call
            "the name of the server is not known, so its certificate cannot be verified. Set it by Ssl.set_context_hostname or Ssl.set_client_SNI_hostname."
    | _ -> ()

    options

let server (call: string) (ctx: Ssl.context) : SslServerAuthenticationOptions =
    if ctx.Kind = Ssl.Client_context then
        refuse call "the context is for clients."

    if ctx.Certificate.IsNone then
        refuse call "the context has no certificate. Set one by Ssl.use_certificate."

    let options =
        SslServerAuthenticationOptions(
            ServerCertificateContext = Option.toObj ctx.Certificate,
            EnabledSslProtocols = ctx.Protocols,
            ApplicationProtocols = protocols ctx,
            CertificateChainPolicy = chainPolicy ctx
        )

    match ctx.Verify with
    | None
    | Some([], _) -> ()
    | Some(modes, decide) ->
        options.ClientCertificateRequired <- true
        let isNeeded = List.contains Ssl.Verify_fail_if_no_peer_cert modes

        let decide = defaultArg decide (fun _ errors -> errors = SslPolicyErrors.None)

        options.RemoteCertificateValidationCallback <-
            callback (fun certificate errors ->
                if certificate.IsNone then
                    not isNeeded
                else
                    decide certificate errors)

    options
