(* Programs of two to five workers that share what worker_runner.ml makes for them: two each of mutexes, conditions,
   mailboxes, pools, streams and switches, and one bounded stream. *)

type stream_step = Get | Next | Peek | Junk | Get_available | Is_empty | Last_new | Junk_old
type race = Pick | Choose | Join | Npick | Nchoose

(* An operation's first number says which of the two it works on. *)
type step =
  | Pause of int (* how often *)
  | Fail of int
  | Lock of int
  | Unlock of int
  | With_lock of int * step list
  | Wait of int
  | Wait_mutex of int * int (* condition, mutex *)
  | Signal of int * int
  | Broadcast of int * int
  | Broadcast_exn of int * int
  | Put of int * int
  | Take of int
  | Take_available of int
  | Use of int * int * bool (* pool, how often it pauses, whether it fails then *)
  | Pool_clear of int
  | Push of int * int
  | Close of int
  | Stream of stream_step * int
  | Nget of int * int (* how many, stream *)
  | Bpush of int
  | Bclose
  | Bget
  | Add_hook of int * int (* switch, what the hook logs *)
  | Add_hook_or_exec of int * int
  | Check of int
  | Turn_off of int
  | With_switch of int * step list (* what the hook logs, what runs with the switch *)
  | Cancel of int (* cancels a worker *)
  | Catch of step list
  | Finalize of step list * step list
  | Race of race * step list list
  | Each of string * int list (* a function of Lwt_list, and the list *)

type t = step list list

let name_of_stream_step = function
  | Get -> "get"
  | Next -> "next"
  | Peek -> "peek"
  | Junk -> "junk"
  | Get_available -> "get_available"
  | Is_empty -> "is_empty"
  | Last_new -> "last_new"
  | Junk_old -> "junk_old"

let name_of_race = function
  | Pick -> "pick"
  | Choose -> "choose"
  | Join -> "join"
  | Npick -> "npick"
  | Nchoose -> "nchoose"

let rec json_of_steps steps = Json.List (List.map json_of_step steps)

and json_of_step step =
  let open Json in
  match step with
  | Pause n -> call "pause" [ Int n ]
  | Fail e -> call "fail" [ Int e ]
  | Lock m -> call "lock" [ Int m ]
  | Unlock m -> call "unlock" [ Int m ]
  | With_lock (m, steps) -> call "with_lock" [ Int m; json_of_steps steps ]
  | Wait c -> call "wait" [ Int c ]
  | Wait_mutex (c, m) -> call "wait_mutex" [ Int c; Int m ]
  | Signal (c, v) -> call "signal" [ Int c; Int v ]
  | Broadcast (c, v) -> call "broadcast" [ Int c; Int v ]
  | Broadcast_exn (c, e) -> call "broadcast_exn" [ Int c; Int e ]
  | Put (m, v) -> call "put" [ Int m; Int v ]
  | Take m -> call "take" [ Int m ]
  | Take_available m -> call "take_available" [ Int m ]
  | Use (p, n, fails) -> call "use" [ Int p; Int n; Bool fails ]
  | Pool_clear p -> call "pool_clear" [ Int p ]
  | Push (s, v) -> call "push" [ Int s; Int v ]
  | Close s -> call "close" [ Int s ]
  | Stream (kind, s) -> call (name_of_stream_step kind) [ Int s ]
  | Nget (n, s) -> call "nget" [ Int n; Int s ]
  | Bpush v -> call "bpush" [ Int v ]
  | Bclose -> call "bclose" []
  | Bget -> call "bget" []
  | Add_hook (i, v) -> call "add_hook" [ Int i; Int v ]
  | Add_hook_or_exec (i, v) -> call "add_hook_or_exec" [ Int i; Int v ]
  | Check i -> call "check" [ Int i ]
  | Turn_off i -> call "turn_off" [ Int i ]
  | With_switch (v, steps) -> call "with_switch" [ Int v; json_of_steps steps ]
  | Cancel worker -> call "cancel" [ Int worker ]
  | Catch steps -> call "catch" [ json_of_steps steps ]
  | Finalize (steps, last) -> call "finalize" [ json_of_steps steps; json_of_steps last ]
  | Race (kind, branches) -> call (name_of_race kind) [ List (List.map json_of_steps branches) ]
  | Each (name, l) -> call "each" [ String name; ints l ]

let json workers = ("workers", Json.List (List.map json_of_steps workers))
