(* As much of JSON as the recorded files need. *)

type t = Int of int | Bool of bool | String of string | List of t list | Object of (string * t) list

let ints l = List (List.map (fun i -> Int i) l)

(* An operation: its name, then its arguments. *)
let call name arguments = List (String name :: arguments)

let rec write buffer =
  let separated write_one l =
    List.iteri
      (fun i x ->
        if i > 0 then Buffer.add_char buffer ',';
        write_one x)
      l
  in
  let text = Buffer.add_string buffer in
  function
  | Int i -> text (string_of_int i)
  | Bool b -> text (string_of_bool b)
  | String s -> write_string buffer s
  | List l ->
    text "[";
    separated (write buffer) l;
    text "]"
  | Object fields ->
    text "{";
    separated
      (fun (name, value) ->
        write_string buffer name;
        text ":";
        write buffer value)
      fields;
    text "}"

and write_string buffer s =
  Buffer.add_char buffer '"';
  String.iter
    (function
      | ('"' | '\\') as c ->
        Buffer.add_char buffer '\\';
        Buffer.add_char buffer c
      | c when c < ' ' -> Printf.bprintf buffer "\\u%04x" (Char.code c)
      | c -> Buffer.add_char buffer c)
    s;
  Buffer.add_char buffer '"'

let to_string json =
  let buffer = Buffer.create 1024 in
  write buffer json;
  Buffer.contents buffer
