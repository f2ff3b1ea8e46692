(* One workload of bench/calls on OCaml's Lwt: calls WORKLOAD N. Prints the nanoseconds of elapsed and of processor time of one call. *)
open Lwt.Infix

let rec repeat n f = if n = 0 then Lwt.return_unit else f () >>= fun () -> repeat (n - 1) f

let detach () = Lwt_preemptive.detach (fun () -> ()) ()

let pread () =
  let path = Filename.temp_file "calls" "" in
  Lwt_unix.openfile path [ Unix.O_RDWR ] 0 >>= fun fd ->
  let block = Bytes.create 4096 in
  Lwt_unix.pwrite fd block ~file_offset:0 0 4096 >|= fun _ ->
  Sys.remove path;
  fun () ->
    Lwt_unix.pread fd block ~file_offset:0 0 4096 >|= fun count -> if count <> 4096 then failwith "short"

let spawn () = Lwt_process.exec ("", [| "/bin/true" |]) >|= fun _ -> ()

let () =
  let n = int_of_string Sys.argv.(2) in
  Lwt_main.run
    ((match Sys.argv.(1) with
     | "detach" -> Lwt.return detach
     | "pread" -> pread ()
     | "spawn" -> Lwt.return spawn
     | other -> failwith other)
     >>= fun call ->
     repeat (n / 10) call >>= fun () ->
     let processor () =
       let t = Unix.times () in
       t.tms_utime +. t.tms_stime +. t.tms_cutime +. t.tms_cstime
     in
     let elapsed, used = Unix.gettimeofday (), processor () in
     repeat n call >|= fun () ->
     let per total = total *. 1e9 /. float n in
     Printf.printf "%.0f %.0f\n" (per (Unix.gettimeofday () -. elapsed)) (per (processor () -. used)))
