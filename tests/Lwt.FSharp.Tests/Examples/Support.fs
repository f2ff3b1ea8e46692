/// What the examples share. The lines between `// example: NAME` and `// end` stand in the XML docs, too.
module Lwt.FSharp.Tests.Examples.Support

open Expecto
open Lwt.FSharp

/// Pretends to fetch a page: takes a second, or ten for "slow"; fails for "broken".
let fetch (name: string) : string Lwt.t =
    lwt {
        do! Lwt_unix.sleep (if name = "slow" then 10.0 else 1.0)

        if name = "broken" then
            failwith "no such page"

        return $"page {name}"
    }

/// Collects lines in the order in which they come.
type Log() =
    let lines = System.Collections.Generic.List<string>()
    member _.Add(line: string) = lines.Add line
    member _.Lines = List.ofSeq lines

/// Runs an example on a virtual clock and checks its value.
let returns (expected: 'a) (example: unit -> 'a Lwt.t) =
    Expect.equal (Lwt_main.run_virtual example) expected "the value of the example"
