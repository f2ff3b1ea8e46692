#!/usr/bin/env bash
# Rewrites tests/data/lwt-names.txt, the names of OCaml's Lwt that docs/names.md is checked against, from the interfaces
# of the Lwt that is installed. Names of other versions stay as they are: they are written by hand.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/.."

modules=(
    lwt lwt_list lwt_stream lwt_seq lwt_sequence lwt_mutex lwt_condition lwt_mvar lwt_pool lwt_switch lwt_pqueue lwt_result
    unix/lwt_throttle unix/lwt_timeout unix/lwt_main unix/lwt_unix unix/lwt_gc unix/lwt_sys unix/lwt_io unix/lwt_fmt unix/lwt_bytes unix/lwt_engine
    unix/lwt_preemptive unix/lwt_process
)

if ! command -v ocamlfind >/dev/null || ! ocamlfind query lwt.unix >/dev/null 2>&1; then
    echo "record-lwt-names: OCaml, findlib or Lwt is missing; see tests/Lwt.Conformance/record." >&2
    exit 2
fi

folder="$(ocamlfind query lwt)"
version="$(ocamlfind query -format %v lwt)"
names=tests/data/lwt-names.txt
build=eng/obj/lwt-names
rm -rf "$build"
mkdir -p "$build"
cp eng/lwt_names.ml "$build"
(
    cd "$build"
    ocamlfind ocamlopt -w +a-4-9-40..42-44-45-70 -package compiler-libs.common -linkpkg lwt_names.ml -o lwt_names 2>log ||
        { cat log >&2; exit 1; }
)

"$build/lwt_names" "$version" $(printf "$folder/%s.mli " "${modules[@]}") >"$build/recorded"
{
    sed -n '/^#/p' "$names"
    {
        cat "$build/recorded"
        # A name that this version has too is not one of another version any more.
        awk -v version="$version" '
            NR == FNR { recorded[$1 " " $2 " " $3]; next }
            !/^#/ && $4 != version && !($1 " " $2 " " $3 in recorded)
        ' "$build/recorded" "$names"
    } | sort
} >"$build/names"
cp "$build/names" "$names"
echo "$names: $(grep -c -v '^#' "$names") names, $(wc -l <"$build/recorded") of Lwt $version"
