(* Prints the names in the interfaces of Lwt: module, kind, name and version, a line each. What a functor returns stands under
   the functor's name, `Make.add`; a method under its class, `bounded_push#size`. *)

open Parsetree

(* [signatures] are those that the file has named so far: functors and hooks refer to them. *)
let rec names signatures prefix items =
  List.concat_map (item signatures prefix) items

and item signatures prefix { psig_desc; _ } =
  let named kind { Asttypes.txt; _ } = [ (kind, prefix ^ txt) ] in
  match psig_desc with
  | Psig_value v -> named "value" v.pval_name
  | Psig_type (_, types) -> List.concat_map (fun t -> named "type" t.ptype_name) types
  | Psig_exception e -> named "exception" e.ptyexn_constructor.pext_name
  | Psig_class_type classes -> List.concat_map (fun c -> classed prefix c.pci_name.txt c.pci_expr) classes
  | Psig_class classes -> List.concat_map (fun c -> classed prefix c.pci_name.txt c.pci_expr) classes
  | Psig_modtype { pmtd_name; pmtd_type = Some { pmty_desc = Pmty_signature s; _ }; _ } ->
      Hashtbl.replace signatures pmtd_name.txt s;
      named "signature" pmtd_name
  | Psig_module { pmd_name = { txt = Some name; _ }; pmd_type; _ } ->
      module_type signatures name (prefix ^ name ^ ".") pmd_type
  | Psig_include { pincl_mod; _ } -> module_type signatures "" prefix pincl_mod
  | _ -> []

and module_type signatures name prefix { pmty_desc; _ } =
  match pmty_desc with
  | Pmty_signature s ->
      Hashtbl.replace signatures name s;
      names signatures prefix s
  | Pmty_with (t, _) | Pmty_functor (_, t) -> module_type signatures name prefix t
  | Pmty_ident { txt = Lident s; _ } | Pmty_typeof { pmod_desc = Pmod_ident { txt = Lident s; _ }; _ } -> (
      match Hashtbl.find_opt signatures s with
      | Some items -> names signatures prefix items
      | None -> [])
  | _ -> []

and classed prefix name { pcty_desc; _ } =
  match pcty_desc with
  | Pcty_signature { pcsig_fields; _ } ->
      ("class", prefix ^ name)
      :: List.filter_map
           (fun f ->
             match f.pctf_desc with
             | Pctf_method ({ txt; _ }, _, _, _) -> Some ("method", prefix ^ name ^ "#" ^ txt)
             | _ -> None)
           pcsig_fields
  | Pcty_arrow (_, _, result) -> classed prefix name result
  | _ -> [ ("class", prefix ^ name) ]

let () =
  let version = Sys.argv.(1) in
  for i = 2 to Array.length Sys.argv - 1 do
    let file = Sys.argv.(i) in
    let modul = String.capitalize_ascii Filename.(remove_extension (basename file)) in
    let channel = open_in_bin file in
    let items = Parse.interface (Lexing.from_channel channel) in
    close_in channel;
    names (Hashtbl.create 8) "" items
    |> List.sort_uniq compare
    |> List.iter (fun (kind, name) -> Printf.printf "%s %s %s %s\n" modul kind name version)
  done
