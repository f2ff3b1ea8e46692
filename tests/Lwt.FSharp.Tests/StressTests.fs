/// The stress cases at a size that suits every test run; tests/Lwt.Stress runs them in full.
module Lwt.FSharp.Tests.StressTests

open Expecto
open Lwt.Stress

[<Tests>]
let tests =
    // They measure the heap, so no other test may run at the same time.
    testSequenced
    <| testList
        "stress"
        [
            test "depth and constant memory, in small" {
                let said = ResizeArray<string>()

                // Loops are measured from their ten-thousandth iteration.
                let passed, failed = Stress.run { Depth = 100_000; Turns = 100_000 } "" said.Add

                Expect.isGreaterThan passed 20 "cases were run"
                Expect.equal failed 0 (String.concat "\n" said)
            }
        ]
