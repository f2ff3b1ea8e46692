(* record SEED COUNT DIRECTORY: makes the programs of COUNT seeds from SEED on, of both kinds, runs them on Lwt, and
   writes them as promises.jsonl, workers.jsonl and crashed.jsonl, one JSON object a line. *)

type outcome = Traced of string list | Crashed

(* No program runs for longer than an instant. *)
let patience_in_seconds = 60

(* Runs a program in a process of its own: it starts from nothing, and may crash. (Lwt 5.6.1 resolves a [protected]
   promise twice when it is cancelled together with its source, and reads memory that is not its own.) *)
let outcome_of ~seed run program =
  flush_all ();
  let from_child, to_parent = Unix.pipe () in
  match Unix.fork () with
  | 0 ->
    ignore (Unix.alarm patience_in_seconds);
    (try
       run program;
       let channel = Unix.out_channel_of_descr to_parent in
       Marshal.to_channel channel (Trace.lines ()) [];
       flush channel
     with _ -> Unix._exit 2);
    Unix._exit 0
  | child -> (
    Unix.close to_parent;
    let channel = Unix.in_channel_of_descr from_child in
    let trace : string list = try Marshal.from_channel channel with End_of_file -> [] in
    close_in channel;
    match Unix.waitpid [] child with
    | _, Unix.WEXITED 0 -> Traced trace
    | _, Unix.WSIGNALED signal when signal = Sys.sigalrm ->
      failwith (Printf.sprintf "the program of seed %d did not end within %d s" seed patience_in_seconds)
    | _ -> Crashed)

let write channel ~seed fields =
  output_string channel (Json.to_string (Json.Object (("seed", Json.Int seed) :: fields)));
  output_char channel '\n'

(* [json] returns the field of the object that holds the program. *)
let record ~kind ~seeds:(first, count) ~recorded ~crashed ~generate ~json ~run =
  let crashes = ref 0 in
  for seed = first to first + count - 1 do
    let program = generate seed in
    match outcome_of ~seed run program with
    | Traced trace ->
      write recorded ~seed [ json program; ("trace", Json.List (List.map (fun line -> Json.String line) trace)) ]
    | Crashed ->
      incr crashes;
      write crashed ~seed [ json program ]
  done;
  Printf.printf "%s: %d recorded, %d crash Lwt\n%!" kind (count - !crashes) !crashes

let () =
  match Sys.argv with
  | [| _; first; count; directory |] ->
    let seeds = (int_of_string first, int_of_string count) in
    let file name = open_out_bin (Filename.concat directory (name ^ ".jsonl")) in
    let promises = file "promises" and workers = file "workers" and crashed = file "crashed" in
    record ~kind:"promises" ~seeds ~recorded:promises ~crashed ~generate:Promise_generator.program
      ~json:Promise_program.json ~run:Promise_runner.run;
    record ~kind:"workers" ~seeds ~recorded:workers ~crashed ~generate:Worker_generator.program
      ~json:Worker_program.json ~run:Worker_runner.run;
    List.iter close_out [ promises; workers; crashed ]
  | _ ->
    prerr_endline "usage: record SEED COUNT DIRECTORY";
    exit 2
