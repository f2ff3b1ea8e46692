(* The workloads on OCaml's own Lwt: what the .NET fronts are compared with.

     bench [WORKLOAD...] [N] [--cpu] [--quick]

   prints NAME N X ns/op, the best of five runs (three with --quick): elapsed time, or processor time with --cpu. *)
open Lwt.Infix

let value p = match Lwt.state p with Lwt.Return x -> x | _ -> failwith "The promise should be fulfilled."

(* Binds on fulfilled promises, one after the other. *)
let return_bind n =
  let acc = ref 0 in
  for i = 1 to n do
    acc := !acc + value (Lwt.return i >>= fun x -> Lwt.return (x + 1))
  done;
  ignore (Sys.opaque_identity !acc)

(* A recursive function whose every call goes through a bind on a fulfilled promise. *)
let sync_recursion n =
  let rec loop i acc = if i = 0 then Lwt.return acc else Lwt.return i >>= fun x -> loop (i - 1) (acc + x) in
  ignore (Sys.opaque_identity (value (loop n 0)))

(* The life of a pending promise: made, bound, mapped, resolved. *)
let wait_bind_wakeup n =
  let acc = ref 0 in
  for i = 1 to n do
    let p, r = Lwt.wait () in
    let q = p >>= fun x -> Lwt.return (x + 1) in
    let s = q >|= fun x -> x * 2 in
    Lwt.wakeup r i;
    acc := !acc + value s
  done;
  ignore (Sys.opaque_identity !acc)

(* One endless-style loop through the scheduler. *)
let pause_loop n =
  let rec loop i acc = if i = 0 then Lwt.return acc else Lwt.pause () >>= fun () -> loop (i - 1) (acc + i) in
  ignore (Sys.opaque_identity (Lwt_main.run (loop n 0)))

(* A thousand such loops side by side; n pauses in all. *)
let pause_many n =
  let rec loop i = if i = 0 then Lwt.return_unit else Lwt.pause () >>= fun () -> loop (i - 1) in
  Lwt_main.run (Lwt.join (List.init 1000 (fun _ -> loop (n / 1000))))

(* n pending promises, a map on each, a join over all, resolved one by one. *)
let fanout_join n =
  let ps = Array.init n (fun _ -> Lwt.wait ()) in
  let total = ref 0 in
  let j = Lwt.join (Array.to_list (Array.map (fun (p, _) -> p >|= fun x -> total := !total + x) ps)) in
  Array.iteri (fun i (_, r) -> Lwt.wakeup r i) ps;
  value j

(* n binds in a row on one pending promise. *)
let deep_chain n =
  let p, r = Lwt.wait () in
  let rec build i q = if i = 0 then q else build (i - 1) (q >>= fun x -> Lwt.return (x + 1)) in
  let last = build n p in
  Lwt.wakeup r 0;
  assert (value last = n)

(* Two loops that hand a number to and fro. *)
let mvar_pingpong n =
  let a = Lwt_mvar.create_empty () and b = Lwt_mvar.create_empty () in
  let rec ping i =
    if i = 0 then Lwt.return_unit else Lwt_mvar.put a i >>= fun () -> Lwt_mvar.take b >>= fun _ -> ping (i - 1) in
  let rec pong i =
    if i = 0 then Lwt.return_unit else Lwt_mvar.take a >>= fun x -> Lwt_mvar.put b x >>= fun () -> pong (i - 1) in
  Lwt_main.run (Lwt.join [ ping n; pong n ])

(* A hundred loops that want one mutex; its holder pauses. *)
let mutex_contention n =
  let m = Lwt_mutex.create () in
  let c = ref 0 in
  let rec loop i =
    if i = 0 then Lwt.return_unit
    else Lwt_mutex.with_lock m (fun () -> Lwt.pause () >|= fun () -> incr c) >>= fun () -> loop (i - 1) in
  Lwt_main.run (Lwt.join (List.init 100 (fun _ -> loop (n / 100))));
  assert (!c = n / 100 * 100)

(* A producer and a consumer with room for 64 between them. *)
let stream_bounded n =
  let s, push = Lwt_stream.create_bounded 64 in
  let rec produce i = if i = 0 then (push#close; Lwt.return_unit) else push#push i >>= fun () -> produce (i - 1) in
  let total = ref 0 in
  let rec consume () =
    Lwt_stream.get s >>= function None -> Lwt.return_unit | Some x -> total := !total + x; consume () in
  Lwt_main.run (Lwt.join [ produce n; consume () ])

(* n sleeps of up to 50 ms at the same time: look at the processor time, not at the clock. *)
let sleep_fan n = Lwt_main.run (Lwt.join (List.init n (fun i -> Lwt_unix.sleep (float (i * 7919 mod 50) /. 1000.))))

(* A pause against a timeout that never comes true, and is cancelled. *)
let pick_timeout n =
  let rec loop i =
    if i = 0 then Lwt.return_unit
    else
      Lwt.pick [ (Lwt_unix.sleep 3600. >|= fun () -> None); (Lwt.pause () >|= fun () -> Some i) ]
      >>= fun _ -> loop (i - 1) in
  Lwt_main.run (loop n)

exception Expected

(* A rejection that comes after a pause, and is caught. *)
let catch_pending n =
  let rec loop i =
    if i = 0 then Lwt.return_unit
    else
      Lwt.catch (fun () -> Lwt.pause () >>= fun () -> Lwt.fail Expected) (fun _ -> Lwt.return_unit)
      >>= fun () -> loop (i - 1) in
  Lwt_main.run (loop n)

(* Bytes for each pending bind with its closure; the array that holds them does not count. *)
let pending_memory n =
  let p, _r = Lwt.wait () in
  Gc.compact ();
  let before = (Gc.stat ()).Gc.live_words in
  let qs = Array.init n (fun i -> p >>= fun x -> Lwt.return (x + i)) in
  Gc.compact ();
  let after = (Gc.stat ()).Gc.live_words in
  ignore (Sys.opaque_identity qs);
  float ((after - before - n - 1) * 8) /. float n

let workloads =
  [ "return_bind", return_bind, 10_000_000;
    "sync_recursion", sync_recursion, 10_000_000;
    "wait_bind_wakeup", wait_bind_wakeup, 3_000_000;
    "pause_loop", pause_loop, 2_000_000;
    "pause_many", pause_many, 2_000_000;
    "fanout_join", fanout_join, 500_000;
    "deep_chain", deep_chain, 10_000;
    "mvar_pingpong", mvar_pingpong, 1_000_000;
    "mutex_contention", mutex_contention, 1_000_000;
    "stream_bounded", stream_bounded, 2_000_000;
    "sleep_fan", sleep_fan, 100_000;
    "pick_timeout", pick_timeout, 300_000;
    "catch_pending", catch_pending, 1_000_000 ]

let () =
  let arguments = List.tl (Array.to_list Sys.argv) in
  let flags, words = List.partition (fun a -> String.length a > 2 && String.sub a 0 2 = "--") arguments in
  let numbers, names = List.partition (fun a -> int_of_string_opt a <> None) words in
  let size standard = match numbers with n :: _ -> int_of_string n | [] -> standard in
  let wanted name = names = [] || List.mem name names in
  let clock = if List.mem "--cpu" flags then Sys.time else Unix.gettimeofday in
  let runs = if List.mem "--quick" flags then 3 else 5 in
  List.iter
    (fun (name, f, n) ->
      if wanted name then begin
        let n = size n in
        let best = ref infinity in
        for _ = 1 to runs do
          Gc.full_major ();
          let started = clock () in
          f n;
          best := min !best (clock () -. started)
        done;
        Printf.printf "%-18s %9d %10.1f ns/op\n%!" name n (!best *. 1e9 /. float n)
      end)
    workloads;
  if wanted "pending_memory" then
    let n = size 500_000 in
    Printf.printf "%-18s %9d %10.1f bytes/op\n%!" "pending_memory" n (pending_memory n)
