/// Shops that take their time: a library in F# whose functions give promises.
namespace Shops

open Lwt.FSharp
open Lwt.Infix

type Shop =
    /// What a shop asks for an article, after so many seconds.
    static member Price(article: string, seconds: float) =
        lwt {
            do! Lwt_unix.sleep seconds

            if article = "" then
                invalidArg (nameof article) "An article has a name."

            return 10 * article.Length
        }

    /// The first answer of two shops, or None after a second; whoever is too late is cancelled.
    static member FirstPrice(article: string, near: float, far: float) =
        Lwt.pick
            [
                Shop.Price(article, near) >|= Some
                Shop.Price(article, far) >|= Some
                Lwt_unix.sleep 1.0 >|= fun () -> None
            ]

    /// What the shop writes once a payment, a promise of whatever language, has come.
    static member Receipt(payment: int Lwt.t) =
        lwt {
            let! amount = payment
            return $"received {amount}, with thanks"
        }
