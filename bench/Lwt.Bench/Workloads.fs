/// The workloads there are, and how many operations each does unless told otherwise.
module Lwt.Bench.Workloads

/// Workloads that measure a block itself, for blocks and for task { }. docs/performance.md says what each does.
let private ofBlocks =
    [
        "block_source", 3_000_000
        "block_suspend", 3_000_000
        "block_ten_binds", 1_000_000
        "block_reject", 100_000
    ]

/// What a post from another thread costs: for the front csharp.
let private ofPosts = [ "post_pingpong", 200_000; "post_pingpong_io", 200_000 ]

/// Names and sizes, as in bench/ocaml/bench.ml; docs/performance.md says what each does.
let all =
    [
        "return_bind", 10_000_000
        "sync_recursion", 10_000_000
        "wait_bind_wakeup", 3_000_000
        "pause_loop", 2_000_000
        "pause_many", 2_000_000
        "fanout_join", 500_000
        "deep_chain", 10_000
        "mvar_pingpong", 1_000_000
        "mutex_contention", 1_000_000
        "stream_bounded", 2_000_000
        "sleep_fan", 100_000
        "pick_timeout", 300_000
        "catch_pending", 1_000_000
        "pending_memory", 500_000
        yield! ofBlocks
        yield! ofPosts
    ]

let names = all |> List.map fst

/// The workloads that also exist in OCaml.
let shared = names |> List.except (List.map fst (ofBlocks @ ofPosts))

let fronts =
    [
        Operators.front
        Blocks.front
        Fronts.AsyncFront.Front
        Fronts.QueryFront.Front
        Peers.TaskFront.Front
        Peers.ValueTaskFront.Front
        Peers.ObjectsFront.Front
        Tasks.front
        Asyncs.front
    ]

let has (front: Front) name =
    if name = "pending_memory" then
        not (isNull front.Hold)
    else
        front.Workloads |> Array.exists (fun struct (w, _) -> w = name)

/// Smaller sizes for peers that throw exceptions, where the usual size would take minutes.
let size front name =
    let standard = List.find (fun (w, _) -> w = name) all |> snd

    if
        name = "catch_pending"
        && not (List.contains front [ "ocaml"; "fsharp"; "lwt"; "linq" ])
    then
        standard / 20
    elif name = "block_reject" && front <> "lwt" then
        standard / 20
    else
        standard
