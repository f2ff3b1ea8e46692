/// A script as a user of the packages writes it. eng/test-consumer.sh puts the references before it, for it knows the version.
open Lwt.FSharp

exception Stop

let echo (lines: string Lwt_stream.t) =
    lwt {
        let mutable count = 0

        try
            for line in lines do
                do! Lwt.pause ()

                if line = "stop" then
                    raise Stop

                count <- count + 1
        with Stop ->
            ()

        return count
    }

let rec countDown n =
    lwt {
        if n = 0 then
            return "zero"
        else
            do! Lwt.pause ()
            return! countDown (n - 1)
    }

let program () =
    lwt {
        let! count = echo (Lwt_stream.of_list [ "a"; "b"; "stop"; "c" ])
        and! zero = countDown 10_000

        let mutable sum = 0

        for i in Lwt_seq.of_list [ 1; 2; 3 ] do
            do! Lwt_unix.sleep 3600.
            sum <- sum + i

        return $"{count} {zero} {sum}"
    }

let result = Lwt_main.run_virtual program
let expected = "2 zero 6"

if result = expected then
    printfn "ok      script"
    printfn "1 passed, 0 failed"
else
    printfn $"FAILED  script: expected '{expected}', got '{result}'"
    printfn "0 passed, 1 failed"
    exit 1
