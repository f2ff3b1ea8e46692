(* Runs a worker program on Lwt and logs what happens. ../Workers.fs is the same on Lwt.Net. *)
open Lwt.Infix
open Worker_program
open Trace

type machine = {
  mutexes : Lwt_mutex.t array;
  conditions : int Lwt_condition.t array;
  mvars : int Lwt_mvar.t array;
  pools : int Lwt_pool.t array;
  streams : (int Lwt_stream.t * (int option -> unit)) array;
  bounded : int Lwt_stream.t;
  bounded_push : int Lwt_stream.bounded_push;
  switches : Lwt_switch.t array;
  workers : int Lwt.t array;
  shown : string array; (* the state of each worker as it was last logged *)
}

let slots = 5
let ints l = "[" ^ String.concat " " (List.map string_of_int l) ^ "]"
let option = function None -> "none" | Some v -> string_of_int v
let rec pauses n = if n <= 0 then Lwt.return_unit else Lwt.pause () >>= fun () -> pauses (n - 1)

(* The pools number their members together. Some are found invalid, and some fail the check after an error. *)
let make_pools () =
  let made = ref 0 in
  let make () =
    let x = !made in
    incr made;
    log "make %d" x;
    Lwt.pause () >|= fun () -> x
  in
  let validate x =
    log "validate %d" x;
    Lwt.return (x mod 5 <> 4)
  in
  let check x is_ok =
    log "check %d" x;
    is_ok (x mod 3 <> 2)
  in
  let dispose x =
    log "dispose %d" x;
    Lwt.return_unit
  in
  Array.init 2 (fun i -> Lwt_pool.create (i + 1) ~validate ~check ~dispose make)

let make_machine () =
  let bounded, bounded_push = Lwt_stream.create_bounded 2 in
  {
    mutexes = Array.init 2 (fun _ -> Lwt_mutex.create ());
    conditions = Array.init 2 (fun _ -> Lwt_condition.create ());
    mvars = [| Lwt_mvar.create_empty (); Lwt_mvar.create 1 |];
    pools = make_pools ();
    streams = Array.init 2 (fun _ -> Lwt_stream.create ());
    bounded;
    bounded_push;
    switches = Array.init 2 (fun _ -> Lwt_switch.create ());
    workers = Array.make slots (Lwt.return 0);
    shown = Array.make slots "";
  }

let hook v () =
  log "hook %d" v;
  Lwt.pause () >|= fun () -> log "hooked %d" v

(* How worker [w] logs: at once; or when a promise is fulfilled, with its value or without. *)
let now w what =
  log "w%d %s" w what;
  Lwt.return 0

let did w name p =
  p >|= fun () ->
  log "w%d %s" w name;
  0

let gave w name show p =
  p >|= fun v ->
  log "w%d %s %s" w name (show v);
  0

let rec steps m w = function
  | [] -> Lwt.return 0
  | [ last ] -> step m w last
  | first :: rest -> step m w first >>= fun _ -> steps m w rest

and step m w = function
  | Pause n -> pauses n >|= fun () -> 0
  | Fail e ->
    log "w%d fail %d" w e;
    Lwt.fail (E e)
  | Lock i -> did w "locked" (Lwt_mutex.lock m.mutexes.(i))
  | Unlock i ->
    Lwt_mutex.unlock m.mutexes.(i);
    now w (Printf.sprintf "unlocked %d" i)
  | With_lock (i, inside) ->
    gave w "with_lock" string_of_int
      (Lwt_mutex.with_lock m.mutexes.(i) (fun () ->
           log "w%d in %d" w i;
           steps m w inside))
  | Wait c -> gave w "woken" string_of_int (Lwt_condition.wait m.conditions.(c))
  | Wait_mutex (c, i) ->
    let mutex = m.mutexes.(i) in
    did w "waited"
      (Lwt_mutex.with_lock mutex (fun () ->
           Lwt_condition.wait ~mutex m.conditions.(c) >|= fun v -> log "w%d got %d" w v))
  | Signal (c, v) ->
    log "w%d signal" w;
    Lwt_condition.signal m.conditions.(c) v;
    Lwt.return 0
  | Broadcast (c, v) ->
    log "w%d broadcast" w;
    Lwt_condition.broadcast m.conditions.(c) v;
    Lwt.return 0
  | Broadcast_exn (c, e) ->
    log "w%d broadcast_exn" w;
    Lwt_condition.broadcast_exn m.conditions.(c) (E e);
    Lwt.return 0
  | Put (i, v) -> did w "put" (Lwt_mvar.put m.mvars.(i) v)
  | Take i -> gave w "took" string_of_int (Lwt_mvar.take m.mvars.(i))
  | Take_available i -> now w ("available " ^ option (Lwt_mvar.take_available m.mvars.(i)))
  | Use (p, n, fails) ->
    gave w "used" string_of_int
      (Lwt_pool.use m.pools.(p) (fun x ->
           log "w%d uses %d" w x;
           pauses n >>= fun () -> if fails then Lwt.fail (E x) else Lwt.return x))
  | Pool_clear p -> did w "cleared" (Lwt_pool.clear m.pools.(p))
  | Push (s, v) -> push m w s (Some v) ~ok:"pushed" ~failed:"push"
  | Close s -> push m w s None ~ok:"closed" ~failed:"close"
  | Stream (kind, s) -> stream_step w kind (fst m.streams.(s))
  | Nget (n, s) -> gave w "nget" ints (Lwt_stream.nget n (fst m.streams.(s)))
  | Bpush v -> did w "bpushed" (m.bounded_push#push v)
  | Bclose ->
    m.bounded_push#close;
    now w "bclosed"
  | Bget -> gave w "bget" option (Lwt_stream.get m.bounded)
  | Add_hook (i, v) ->
    Lwt_switch.add_hook (Some m.switches.(i)) (hook v);
    Lwt.return 0
  | Add_hook_or_exec (i, v) ->
    did w "hook_or_exec" (Lwt_switch.add_hook_or_exec (Some m.switches.(i)) (hook v))
  | Check i ->
    Lwt_switch.check (Some m.switches.(i));
    now w "on"
  | Turn_off i -> did w "turned_off" (Lwt_switch.turn_off m.switches.(i))
  | With_switch (v, inside) ->
    gave w "with_switch" string_of_int
      (Lwt_switch.with_switch (fun switch ->
           Lwt_switch.add_hook (Some switch) (fun () ->
               log "hook %d" v;
               Lwt.return_unit);
           steps m w inside))
  | Cancel i ->
    log "w%d cancels %d" w i;
    Lwt.cancel m.workers.(i);
    Lwt.return 0
  | Catch inside -> Lwt.catch (fun () -> steps m w inside) (fun e -> now w ("caught " ^ name_of_exn e))
  | Finalize (inside, last) ->
    Lwt.finalize
      (fun () -> steps m w inside)
      (fun () ->
        log "w%d finally" w;
        steps m w last >|= ignore)
  | Race (kind, branches) -> race w kind (List.mapi (fun i inside -> steps m w inside >|= fun _ -> i) branches)
  | Each (name, l) -> each w name l

and push m w s element ~ok ~failed =
  (try
     (snd m.streams.(s)) element;
     log "w%d %s" w ok
   with e -> log "w%d %s %s" w failed (name_of_exn e));
  Lwt.return 0

and stream_step w kind stream =
  let name = name_of_stream_step kind in
  match kind with
  | Get -> gave w name option (Lwt_stream.get stream)
  | Next -> gave w name string_of_int (Lwt_stream.next stream)
  | Peek -> gave w name option (Lwt_stream.peek stream)
  | Junk -> did w name (Lwt_stream.junk stream)
  | Get_available -> now w (name ^ " " ^ ints (Lwt_stream.get_available stream))
  | Is_empty -> gave w name string_of_bool (Lwt_stream.is_empty stream)
  | Last_new -> gave w name string_of_int (Lwt_stream.last_new stream)
  | Junk_old -> did w name (Lwt_stream.junk_old stream)

(* Lwt picks at random among promises that are resolved already; no trace could follow that. *)
and race w kind ps =
  let name = name_of_race kind in
  let ambiguous () = List.length (List.filter (fun p -> not (Lwt.is_sleeping p)) ps) >= 2 in
  match kind with
  | Join -> did w name (Lwt.join (List.map (fun p -> p >|= ignore) ps))
  | Npick -> gave w name ints (Lwt.npick ps)
  | Nchoose -> gave w name ints (Lwt.nchoose ps)
  | (Pick | Choose) when ambiguous () -> now w "ambiguous"
  | Pick -> gave w name string_of_int (Lwt.pick ps)
  | Choose -> gave w name string_of_int (Lwt.choose ps)

and each w name l =
  let visit x =
    log "w%d at %d" w x;
    pauses (x mod 3)
  in
  let even x = visit x >|= fun () -> x mod 2 = 0 in
  let succ x = visit x >|= fun () -> x + 1 in
  let double x = visit x >|= fun () -> if x mod 2 = 0 then Some (x * 2) else None in
  let fold acc x = succ x >|= fun y -> ((acc * 31) + y) mod 10007 in
  let unit p = did w name p
  and int p = gave w name string_of_int p
  and bool p = gave w name string_of_bool p
  and list p = gave w name ints p
  and pair p = gave w name (fun (a, b) -> ints a ^ ints b) p in
  match name with
  | "iter_s" -> unit (Lwt_list.iter_s visit l)
  | "iter_p" -> unit (Lwt_list.iter_p visit l)
  | "map_s" -> list (Lwt_list.map_s succ l)
  | "map_p" -> list (Lwt_list.map_p succ l)
  | "mapi_s" -> list (Lwt_list.mapi_s (fun i x -> succ (x + i)) l)
  | "mapi_p" -> list (Lwt_list.mapi_p (fun i x -> succ (x + i)) l)
  | "rev_map_s" -> list (Lwt_list.rev_map_s succ l)
  | "rev_map_p" -> list (Lwt_list.rev_map_p succ l)
  | "fold_left_s" -> int (Lwt_list.fold_left_s fold 7 l)
  | "fold_right_s" -> int (Lwt_list.fold_right_s (fun x acc -> fold acc x) l 7)
  | "for_all_s" -> bool (Lwt_list.for_all_s even l)
  | "for_all_p" -> bool (Lwt_list.for_all_p even l)
  | "exists_s" -> bool (Lwt_list.exists_s even l)
  | "exists_p" -> bool (Lwt_list.exists_p even l)
  | "find_s" -> int (Lwt_list.find_s even l)
  | "filter_s" -> list (Lwt_list.filter_s even l)
  | "filter_p" -> list (Lwt_list.filter_p even l)
  | "filter_map_s" -> list (Lwt_list.filter_map_s double l)
  | "filter_map_p" -> list (Lwt_list.filter_map_p double l)
  | "partition_s" -> pair (Lwt_list.partition_s even l)
  | "partition_p" -> pair (Lwt_list.partition_p even l)
  | _ -> invalid_arg name

(* Logs the workers whose state is not as it was last logged. *)
let log_changes m =
  Array.iteri
    (fun i p ->
      let text =
        match Lwt.state p with Lwt.Sleep -> "." | Lwt.Return _ -> "done" | Lwt.Fail e -> "!" ^ name_of_exn e
      in
      if text <> m.shown.(i) then begin
        m.shown.(i) <- text;
        log "worker %d %s" i text
      end)
    m.workers

let run workers =
  let m = make_machine () in
  (Lwt.async_exception_hook := fun e -> log "async %s" (name_of_exn e));
  List.iteri
    (fun w program ->
      m.workers.(w) <- (try steps m w program with e -> Lwt.fail e);
      log_changes m)
    workers;
  (* Programs need far fewer rounds than this bound, which keeps a trace finite. *)
  let tick = ref 0 in
  while !tick < 60 && Lwt.paused_count () > 0 do
    incr tick;
    log "tick %d" !tick;
    Lwt.wakeup_paused ();
    log_changes m
  done
