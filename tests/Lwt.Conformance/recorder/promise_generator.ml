(* Makes a promise program from a seed. A change of a weight or of the order of two draws changes every program. *)
open Promise_program

(* Callbacks and registers are numbered as they are made. *)
type t = { draws : Draw.t; mutable callbacks : int; mutable registers : int }

let below g n = Draw.below g.draws n
let value g = below g 100
let error g = below g 10

let fresh g =
  let register = g.registers in
  g.registers <- register + 1;
  register

(* Any register so far. A third of the time it is one of the latest four, so that chains grow. *)
let some g =
  if g.registers = 0 then 0
  else if Draw.once_in g.draws 3 then g.registers - 1 - below g (min 4 g.registers)
  else below g g.registers

let result g ~plain =
  let return () = Return (value g) in
  let either =
    [ (3, return); (3, fun () -> Argument); (1, fun () -> Raise (error g)); (1, return) ]
  in
  let promise_only = [ (1, fun () -> Fail (error g)); (3, fun () -> Register (some g)) ] in
  Draw.weighted g.draws (if plain then either else either @ promise_only)

(* [depth] is how deep callbacks may still nest. *)
let rec callback ?(plain = false) g depth =
  let number = g.callbacks in
  g.callbacks <- number + 1;
  let length = if depth = 0 then 0 else Draw.one_of g.draws [ 1; 1; 2; 3; 0; 0 ] in
  let ops = ops g (depth - 1) length in
  { number; ops; result = result g ~plain }

and ops g depth length = Draw.repeat length (fun () -> op g depth)

and op g depth =
  let plain () = callback ~plain:true g depth and callback () = callback g depth in
  (* The register that an operation sets is numbered after those that its callbacks set. *)
  Draw.weighted g.draws
    [
      (3, fun () -> Wait (fresh g));
      (4, fun () -> Task (fresh g));
      (1, fun () -> Return_value (fresh g, value g));
      (1, fun () -> Return_exn (fresh g, error g));
      (2, fun () -> Pause (fresh g));
      ( 4,
        fun () ->
          let s = some g in
          let f = callback () in
          Bind (fresh g, s, f) );
      ( 1,
        fun () ->
          let s = some g in
          let f = plain () in
          Map (fresh g, s, f) );
      ( 2,
        fun () ->
          let body = callback () in
          let handler = callback () in
          Catch (fresh g, body, handler) );
      ( 1,
        fun () ->
          let body = callback () in
          let f = callback () in
          let handler = callback () in
          Try_bind (fresh g, body, f, handler) );
      ( 1,
        fun () ->
          let body = callback () in
          let finalizer = callback () in
          Finalize (fresh g, body, finalizer) );
      (4, fun () -> gather g);
      ( 1,
        fun () ->
          let a = some g in
          let b = some g in
          Both (fresh g, a, b) );
      ( 2,
        fun () ->
          let s = some g in
          let kind = Draw.one_of g.draws [ Protected; No_cancel; Wrap_in_cancelable ] in
          Wrap (kind, fresh g, s) );
      ( 1,
        fun () ->
          let f = plain () in
          Watch (On_cancel, some g, f) );
      ( 1,
        fun () ->
          let f = plain () in
          let s = some g in
          Watch (Draw.one_of g.draws [ On_success; On_failure; On_termination ], s, f) );
      ( 1,
        fun () ->
          let f = plain () in
          let handler = plain () in
          On_any (some g, f, handler) );
      (3, fun () -> wake g);
      (2, fun () -> Cancel (some g));
      (1, fun () -> if depth >= 2 then Tick else Cancel (some g));
      ( 1,
        fun () ->
          Draw.weighted g.draws
            [
              (1, fun () -> Async (callback ()));
              ( 1,
                fun () ->
                  let body = callback () in
                  Dont_wait (body, plain ()) );
              (1, fun () -> Ignore_result (some g));
            ] );
      (1, fun () -> if depth > 0 then with_value g depth else Get (below g 2));
      (1, fun () -> Get (below g 2));
      (1, fun () -> if Draw.once_in g.draws 2 then State (some g) else Poll (some g));
    ]

and gather g =
  let kind = Draw.one_of g.draws [ Join; All; Choose; Pick; Nchoose; Npick; Nchoose_split; Choose; Pick ] in
  let length = 1 + below g 4 in
  let sources = Draw.repeat length (fun () -> some g) in
  Gather (kind, fresh g, sources)

and wake g =
  let v = error g in
  let r = some g in
  Wake (Draw.one_of g.draws [ Wakeup; Wakeup; Wakeup_exn; Wakeup_later; Wakeup_later; Wakeup_later_exn ], r, v)

and with_value g depth =
  let key = below g 2 in
  let v = value g in
  let length = 1 + below g 3 in
  With_value (key, v, ops g (depth - 1) length)

let program seed =
  let g = { draws = Draw.create seed; callbacks = 0; registers = 0 } in
  let length = 6 + below g 24 in
  let ops = ops g 3 length in
  { ops; registers = g.registers }
