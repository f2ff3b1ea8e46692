/// Shops that take time to answer: a library in F# whose functions return promises.
namespace Shops

open Lwt.FSharp
open Lwt.Infix

type Shop =
    /// Returns a shop's price for an article, after some seconds.
    static member Price(article: string, seconds: float) =
        lwt {
            do! Lwt_unix.sleep seconds

            if article = "" then
                invalidArg (nameof article) "An article has a name."

            return 10 * article.Length
        }

    /// Returns the first answer of two shops, or None after a second; the other promises are cancelled.
    static member FirstPrice(article: string, near: float, far: float) =
        Lwt.pick
            [
                Shop.Price(article, near) >|= Some
                Shop.Price(article, far) >|= Some
                Lwt_unix.sleep 1.0 >|= fun () -> None
            ]

    /// Returns a receipt once the payment has come; the payment is a promise made in either language.
    static member Receipt(payment: int Lwt.t) =
        lwt {
            let! amount = payment
            return $"received {amount}, with thanks"
        }
