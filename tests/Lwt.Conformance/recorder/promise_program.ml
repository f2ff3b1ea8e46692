(* Programs over the core of Lwt.

   Registers are numbered. A promise register holds an [int Lwt.t]; [wait] and [task] also fill the resolver register of
   the same number. A register may be read before it is set: see promise_runner.ml. Below, [d] is the register that an
   operation sets, [s] one that it reads, [r] a resolver register. *)

(* What a callback ends with. A callback that returns a plain value has one of the first three. *)
type result =
  | Return of int
  | Argument (* the argument + 1 *)
  | Raise of int
  | Fail of int
  | Register of int (* the promise in a register, as it is then *)

type gather = Join | All | Choose | Pick | Nchoose | Npick | Nchoose_split
type wrap = Protected | No_cancel | Wrap_in_cancelable
type watch = On_cancel | On_success | On_failure | On_termination
type wake = Wakeup | Wakeup_later | Wakeup_exn | Wakeup_later_exn

(* A callback logs its number, runs its operations, then returns or raises its result. *)
type callback = { number : int; ops : op list; result : result }

and op =
  | Wait of int
  | Task of int
  | Return_value of int * int (* d, value *)
  | Return_exn of int * int (* d, exception *)
  | Pause of int
  | Bind of int * int * callback (* d, s, on its value *)
  | Map of int * int * callback
  | Catch of int * callback * callback (* d, body, handler *)
  | Try_bind of int * callback * callback * callback (* d, body, on its value, handler *)
  | Finalize of int * callback * callback (* d, body, finalizer *)
  | Both of int * int * int
  | Gather of gather * int * int list
  | Wrap of wrap * int * int
  | Watch of watch * int * callback
  | On_any of int * callback * callback
  | Wake of wake * int * int (* r, value or exception *)
  | Cancel of int
  | Tick (* resolves the paused promises *)
  | Async of callback
  | Dont_wait of callback * callback
  | Ignore_result of int
  | With_value of int * int * op list (* key, value, what runs under it *)
  | Get of int (* logs the value of a key *)
  | State of int (* logs the state of a promise *)
  | Poll of int (* the same by [Lwt.poll], which raises *)

type t = { ops : op list; registers : int (* how many there are *) }

let name_of_gather = function
  | Join -> "join"
  | All -> "all"
  | Choose -> "choose"
  | Pick -> "pick"
  | Nchoose -> "nchoose"
  | Npick -> "npick"
  | Nchoose_split -> "nchoose_split"

let name_of_wrap = function
  | Protected -> "protected"
  | No_cancel -> "no_cancel"
  | Wrap_in_cancelable -> "wrap_in_cancelable"

let name_of_watch = function
  | On_cancel -> "on_cancel"
  | On_success -> "on_success"
  | On_failure -> "on_failure"
  | On_termination -> "on_termination"

let name_of_wake = function
  | Wakeup -> "wakeup"
  | Wakeup_later -> "wakeup_later"
  | Wakeup_exn -> "wakeup_exn"
  | Wakeup_later_exn -> "wakeup_later_exn"

let json_of_result =
  let open Json in
  function
  | Return v -> call "ret" [ Int v ]
  | Argument -> call "arg" []
  | Raise e -> call "raise" [ Int e ]
  | Fail e -> call "fail" [ Int e ]
  | Register r -> call "reg" [ Int r ]

let rec json_of_callback { number; ops; result } =
  Json.Object [ ("k", Int number); ("ops", json_of_ops ops); ("res", json_of_result result) ]

and json_of_ops ops = Json.List (List.map json_of_op ops)

and json_of_op op =
  let open Json in
  let callback = json_of_callback in
  match op with
  | Wait d -> call "wait" [ Int d ]
  | Task d -> call "task" [ Int d ]
  | Return_value (d, v) -> call "return" [ Int d; Int v ]
  | Return_exn (d, e) -> call "fail" [ Int d; Int e ]
  | Pause d -> call "pause" [ Int d ]
  | Bind (d, s, f) -> call "bind" [ Int d; Int s; callback f ]
  | Map (d, s, f) -> call "map" [ Int d; Int s; callback f ]
  | Catch (d, body, h) -> call "catch" [ Int d; callback body; callback h ]
  | Try_bind (d, body, f, h) -> call "try_bind" [ Int d; callback body; callback f; callback h ]
  | Finalize (d, body, f) -> call "finalize" [ Int d; callback body; callback f ]
  | Both (d, a, b) -> call "both" [ Int d; Int a; Int b ]
  | Gather (kind, d, sources) -> call (name_of_gather kind) [ Int d; ints sources ]
  | Wrap (kind, d, s) -> call (name_of_wrap kind) [ Int d; Int s ]
  | Watch (kind, s, f) -> call (name_of_watch kind) [ Int s; callback f ]
  | On_any (s, f, h) -> call "on_any" [ Int s; callback f; callback h ]
  | Wake (kind, r, v) -> call (name_of_wake kind) [ Int r; Int v ]
  | Cancel s -> call "cancel" [ Int s ]
  | Tick -> call "tick" []
  | Async body -> call "async" [ callback body ]
  | Dont_wait (body, h) -> call "dont_wait" [ callback body; callback h ]
  | Ignore_result s -> call "ignore_result" [ Int s ]
  | With_value (key, v, ops) -> call "with_value" [ Int key; Int v; json_of_ops ops ]
  | Get key -> call "get" [ Int key ]
  | State s -> call "state" [ Int s ]
  | Poll s -> call "poll" [ Int s ]

let json { ops; _ } = ("ops", json_of_ops ops)
