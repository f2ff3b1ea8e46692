(* Runs a promise program on Lwt and logs what happens. ../Promises.fs is the same on Lwt.Net. *)
open Lwt.Infix
open Promise_program
open Trace

type machine = {
  promises : int Lwt.t option array;
  resolvers : int Lwt.u option array;
  shown : string array; (* the state of each promise as it was last logged *)
  keys : int Lwt.key array;
}

(* A register that was never set reads as a resolved promise. *)
let get m s = match m.promises.(s) with Some p -> p | None -> Lwt.return 0
let set m d p = m.promises.(d) <- Some p
let exn_text e = "!" ^ name_of_exn e

let state_text p =
  match Lwt.state p with Lwt.Return v -> string_of_int v | Lwt.Fail e -> exn_text e | Lwt.Sleep -> "."

(* Brings many values down to one that depends on their order. *)
let fold l = List.fold_left (fun acc x -> ((acc * 31) + x) mod 1000003) 7 l

let rec run m = function
  | Wait d -> set_with_resolver m d (Lwt.wait ())
  | Task d -> set_with_resolver m d (Lwt.task ())
  | Return_value (d, v) -> set m d (Lwt.return v)
  | Return_exn (d, e) -> set m d (Lwt.fail (E e))
  | Pause d -> set m d (Lwt.pause () >|= fun () -> 1)
  | Bind (d, s, f) -> set m d (Lwt.bind (get m s) (promise_of_value m f))
  | Map (d, s, f) -> set m d (Lwt.map (plain_of_value m f) (get m s))
  | Catch (d, body, h) -> set m d (Lwt.catch (promise_of_body m body) (promise_of_exn m h))
  | Try_bind (d, body, f, h) ->
    set m d (Lwt.try_bind (promise_of_body m body) (promise_of_value m f) (promise_of_exn m h))
  | Finalize (d, body, f) ->
    set m d (Lwt.finalize (promise_of_body m body) (fun () -> promise_of_body m f () >|= ignore))
  | Both (d, a, b) -> set m d (Lwt.both (get m a) (get m b) >|= fun (x, y) -> fold [ x; y ])
  | Gather (kind, d, sources) -> set m d (gather kind (List.map (get m) sources))
  | Wrap (Protected, d, s) -> set m d (Lwt.protected (get m s))
  | Wrap (No_cancel, d, s) -> set m d (Lwt.no_cancel (get m s))
  | Wrap (Wrap_in_cancelable, d, s) -> set m d (Lwt.wrap_in_cancelable (get m s))
  | Watch (On_cancel, s, f) -> Lwt.on_cancel (get m s) (fun () -> ignore (plain m f "cancel" 0))
  | Watch (On_success, s, f) -> Lwt.on_success (get m s) (fun v -> ignore (plain_of_value m f v))
  | Watch (On_failure, s, f) -> Lwt.on_failure (get m s) (fun e -> ignore (plain_of_exn m f e))
  | Watch (On_termination, s, f) -> Lwt.on_termination (get m s) (fun () -> ignore (plain m f "end" 0))
  | On_any (s, f, h) ->
    Lwt.on_any (get m s) (fun v -> ignore (plain_of_value m f v)) (fun e -> ignore (plain_of_exn m h e))
  | Wake (kind, r, v) -> Option.iter (wake kind v) m.resolvers.(r)
  | Cancel s -> Lwt.cancel (get m s)
  | Tick -> Lwt.wakeup_paused ()
  | Async body -> Lwt.async (fun () -> promise_of_body m body () >|= ignore)
  | Dont_wait (body, h) ->
    Lwt.dont_wait
      (fun () -> promise_of_body m body () >|= ignore)
      (fun e ->
        (* An exception that left the handler would leave Lwt's resolution loop half way. *)
        try ignore (plain_of_exn m h e) with x -> log "handler raised %s" (name_of_exn x))
  | Ignore_result s -> Lwt.ignore_result (get m s)
  | With_value (key, v, ops) -> Lwt.with_value m.keys.(key) (Some v) (fun () -> List.iter (run m) ops)
  | Get key -> (
    match Lwt.get m.keys.(key) with Some v -> log "get %d %d" key v | None -> log "get %d -" key)
  | State s -> log "state %s" (state_text (get m s))
  | Poll s -> ( match Lwt.poll (get m s) with Some v -> log "poll %d" v | None -> log "poll .")

and set_with_resolver m d (p, r) =
  set m d p;
  m.resolvers.(d) <- Some r

(* Lwt picks at random among promises that are resolved already; no trace could follow that. *)
and gather kind ps =
  let unambiguous race =
    let resolved = List.filter (fun p -> not (Lwt.is_sleeping p)) ps in
    if List.length resolved >= 2 then Lwt.return (-1) else race ps
  in
  match kind with
  | Join -> Lwt.join (List.map (fun p -> p >|= ignore) ps) >|= fun () -> 2
  | All -> Lwt.all ps >|= fold
  | Choose -> unambiguous Lwt.choose
  | Pick -> unambiguous Lwt.pick
  | Nchoose -> Lwt.nchoose ps >|= fold
  | Npick -> Lwt.npick ps >|= fold
  | Nchoose_split -> Lwt.nchoose_split ps >|= fun (resolved, rest) -> fold (List.length rest :: resolved)

and wake kind v r =
  match kind with
  | Wakeup -> Lwt.wakeup r v
  | Wakeup_later -> Lwt.wakeup_later r v
  | Wakeup_exn -> Lwt.wakeup_exn r (E v)
  | Wakeup_later_exn -> Lwt.wakeup_later_exn r (E v)

(* What every callback does when it is called, up to its result. *)
and enter m callback what =
  log "k%d %s" callback.number what;
  List.iter (run m) callback.ops;
  callback.result

(* Calls a callback that returns a plain value. [argument] is 0 where it has none, or an exception. *)
and plain m callback what argument =
  match enter m callback what with
  | Return v -> v
  | Argument -> argument + 1
  | Raise e -> raise (E e)
  | Fail _ | Register _ -> failwith "a callback that returns a plain value has no promise as its result"

(* Calls a callback that returns a promise. *)
and promise m callback what argument =
  match enter m callback what with
  | Return v -> Lwt.return v
  | Argument -> Lwt.return (argument + 1)
  | Raise e -> raise (E e)
  | Fail e -> Lwt.fail (E e)
  | Register s -> get m s

and plain_of_value m callback v = plain m callback (string_of_int v) v
and plain_of_exn m callback e = plain m callback (exn_text e) 0
and promise_of_value m callback v = promise m callback (string_of_int v) v
and promise_of_exn m callback e = promise m callback (exn_text e) 0
and promise_of_body m callback () = promise m callback "run" 0

(* Logs the registers whose state is not as it was last logged, all on one line. *)
let log_changes m =
  let change i = function
    | None -> None
    | Some p ->
      let text = state_text p in
      if text = m.shown.(i) then None
      else begin
        m.shown.(i) <- text;
        Some (Printf.sprintf "p%d=%s" i text)
      end
  in
  let changes = List.filter_map Fun.id (Array.to_list (Array.mapi change m.promises)) in
  if changes <> [] then log "%s" (String.concat " " changes)

let run { ops; registers } =
  (* A program that sets no register reads the first one all the same. *)
  let size = max 1 registers in
  let m =
    {
      promises = Array.make size None;
      resolvers = Array.make size None;
      shown = Array.make size "";
      keys = Array.init 2 (fun _ -> Lwt.new_key ());
    }
  in
  (Lwt.async_exception_hook := fun e -> log "async %s" (name_of_exn e));
  List.iteri
    (fun i op ->
      log "#%d" i;
      (try run m op with e -> log "raised %s" (name_of_exn e));
      log_changes m)
    ops
