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
            test "depth, constant memory and connections, in small" {
                let said = ResizeArray<string>()

                let size: Stress.Size =
                    {
                        Depth = 100_000
                        // Loops are measured from their ten-thousandth iteration.
                        Turns = 100_000
                        Soak = System.TimeSpan.FromSeconds 3.
                        Idle = 500
                    }

                let passed, failed = Stress.run size "" said.Add

                Expect.isGreaterThan passed 20 "cases were run"
                Expect.equal failed 0 (String.concat "\n" said)
            }
        ]
