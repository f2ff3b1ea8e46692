(* Makes a worker program from a seed. A change of a weight or of the order of two draws changes every program. *)
open Worker_program

(* Which of the two shared mutexes, conditions and so on. *)
let which draws = Draw.below draws 2
let value draws = Draw.below draws 100

let list_functions =
  [
    "iter_s"; "iter_p"; "map_s"; "map_p"; "mapi_s"; "mapi_p"; "rev_map_s"; "rev_map_p"; "fold_left_s"; "fold_right_s";
    "for_all_s"; "for_all_p"; "exists_s"; "exists_p"; "find_s"; "filter_s"; "filter_p"; "filter_map_s"; "filter_map_p";
    "partition_s"; "partition_p"; "iter_s";
  ]

let push draws =
  let v = value draws in
  Push (which draws, v)

let add_hook draws =
  let v = value draws in
  Add_hook (which draws, v)

let simple_steps draws =
  let which () = which draws and value () = value draws and once_in n = Draw.once_in draws n in
  let up_to n = 1 + Draw.below draws n and error () = Draw.below draws 10 in
  [
    (5, fun () -> Pause (up_to 3));
    (1, fun () -> if once_in 3 then Fail (error ()) else Pause 1);
    (2, fun () -> Lock (which ()));
    (3, fun () -> Unlock (which ()));
    (1, fun () -> Wait (which ()));
    ( 1,
      fun () ->
        let mutex = which () in
        Wait_mutex (which (), mutex) );
    ( 2,
      fun () ->
        let v = value () in
        Signal (which (), v) );
    ( 1,
      fun () ->
        let v = value () in
        Broadcast (which (), v) );
    ( 1,
      fun () ->
        let e = error () in
        Broadcast_exn (which (), e) );
    ( 2,
      fun () ->
        let v = value () in
        Put (which (), v) );
    (2, fun () -> Take (which ()));
    (1, fun () -> Take_available (which ()));
    ( 2,
      fun () ->
        let fails = once_in 4 in
        let pauses = Draw.below draws 3 in
        Use (which (), pauses, fails) );
    ( 1,
      fun () ->
        if once_in 4 then Pool_clear (which ())
        else
          let pauses = up_to 3 in
          Use (which (), pauses, false) );
    (2, fun () -> push draws);
    (1, fun () -> if once_in 5 then Close (which ()) else push draws);
    ( 2,
      fun () ->
        let s = which () in
        let kind =
          Draw.one_of draws [ Get; Next; Peek; Junk; Get_available; Is_empty; Last_new; Junk_old ]
        in
        Stream (kind, s) );
    ( 1,
      fun () ->
        if once_in 2 then
          let s = which () in
          Nget (up_to 3, s)
        else Bget );
    (2, fun () -> Bpush (value ()));
    (1, fun () -> if once_in 6 then Bclose else Bget);
    ( 1,
      fun () ->
        Draw.weighted draws
          [
            (1, fun () -> add_hook draws);
            ( 1,
              fun () ->
                let v = value () in
                Add_hook_or_exec (which (), v) );
            (1, fun () -> Check (which ()));
            (1, fun () -> if once_in 3 then Turn_off (which ()) else add_hook draws);
          ] );
    (1, fun () -> Cancel (Draw.below draws 5));
  ]

(* [depth] is how deep steps may still nest. *)
let rec steps draws depth length = Draw.repeat length (fun () -> step draws depth)

and step draws depth =
  Draw.weighted draws (if depth > 0 then simple_steps draws @ nesting_steps draws depth else simple_steps draws)

and nesting_steps draws depth =
  let up_to n = 1 + Draw.below draws n in
  let inner n =
    let length = up_to n in
    steps draws (depth - 1) length
  in
  [
    ( 2,
      fun () ->
        let inside = inner 3 in
        With_lock (which draws, inside) );
    (2, fun () -> Catch (inner 3));
    ( 1,
      fun () ->
        let length = up_to 2 in
        let last = steps draws 0 length in
        Finalize (inner 2, last) );
    ( 3,
      fun () ->
        let count = 2 + Draw.below draws 2 in
        let branches = Draw.repeat count (fun () -> inner 3) in
        Race (Draw.one_of draws [ Pick; Choose; Join; Npick; Nchoose; Pick ], branches) );
    ( 1,
      fun () ->
        let length = Draw.below draws 5 in
        let l = Draw.repeat length (fun () -> Draw.below draws 20) in
        Each (Draw.one_of draws list_functions, l) );
    ( 1,
      fun () ->
        let inside = inner 3 in
        With_switch (value draws, inside) );
  ]

let program seed : Worker_program.t =
  let draws = Draw.create seed in
  let count = 2 + Draw.below draws 4 in
  Draw.repeat count (fun () ->
      let length = 2 + Draw.below draws 6 in
      steps draws 2 length)
