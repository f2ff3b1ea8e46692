(* Random draws that depend on nothing but the seed. The standard library's generator differs between versions of
   OCaml; this one makes the same programs from a seed on all of them.

   OCaml leaves the order in which arguments are evaluated open, so whoever draws twice binds each draw with [let]. *)

type t = { mutable state : int }

(* A linear congruential generator of 62 bits. Its low bits are poor and are not used. *)
let below draws n =
  draws.state <- ((draws.state * 6364136223846793) + 1442695040888963) land max_int;
  (draws.state lsr 30) mod n

let create seed =
  if Sys.int_size <> 63 then failwith "the recorder needs a 64-bit OCaml";
  let draws = { state = (seed * 2654435761) + 12345 } in
  (* The first numbers of neighbouring seeds are alike. *)
  for _ = 1 to 4 do
    ignore (below draws 2)
  done;
  draws

(* Is true once in [n] draws. *)
let once_in draws n = below draws n = 0
let one_of draws choices = List.nth choices (below draws (List.length choices))

(* Runs one of the choices; each has its weight before it. *)
let weighted draws choices =
  let rec choose n = function
    | [] -> assert false
    | (weight, make) :: rest -> if n < weight then make () else choose (n - weight) rest
  in
  let total = List.fold_left (fun sum (weight, _) -> sum + weight) 0 choices in
  choose (below draws total) choices

(* [List.init] promises no order, and draws need one. *)
let repeat n make =
  let rec go n made = if n = 0 then List.rev made else go (n - 1) (make () :: made) in
  go n []
