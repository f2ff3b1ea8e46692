#!/usr/bin/env bash
# Rewrites tests/data/lwt-names.txt, the names of OCaml's Lwt that docs/names.md is checked against, from the interfaces
# of the Lwt, lwt_react and React that are installed. What the file says of other versions stays: it is written by hand.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/.."

modules=(
    lwt lwt_list lwt_stream lwt_seq lwt_sequence lwt_mutex lwt_condition lwt_mvar lwt_pool lwt_switch lwt_pqueue lwt_result
    unix/lwt_throttle unix/lwt_timeout unix/lwt_main unix/lwt_unix unix/lwt_gc unix/lwt_sys unix/lwt_io unix/lwt_fmt unix/lwt_bytes unix/lwt_engine
    unix/lwt_preemptive unix/lwt_process ../lwt_react/lwt_react
)

if ! command -v ocamlfind >/dev/null || ! ocamlfind query lwt.unix lwt_react >/dev/null 2>&1; then
    echo "record-lwt-names: OCaml, findlib, Lwt or lwt_react is missing; see tests/Lwt.Conformance/record." >&2
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

"$build/lwt_names" "$version" $(printf "$folder/%s.mli " "${modules[@]}") >"$build/lwt"

# Lwt_react has all that React has, too; without its copies: functions of the standard library on signals, and the functions
# of S by type.
react="$(ocamlfind query -format %v react)"
"$build/lwt_names" "react-$react" "$(ocamlfind query react)/react.mli" |
    sed 's/^React /Lwt_react /' |
    grep -v -E ' S\.((Make|Special|Int|Float|Compare)\.|EqType |S )' |
    awk 'NR == FNR { lwt[$1 " " $2 " " $3]; next } !($1 " " $2 " " $3 in lwt)' "$build/lwt" - >"$build/react"

cat "$build/lwt" "$build/react" >"$build/recorded"
{
    sed -n '/^#/p' "$names"
    {
        # A name keeps the other versions that have it.
        awk -v version="$version" '
            NR == FNR { before[$1 " " $2 " " $3] = $4; next }
            {
                others = before[$1 " " $2 " " $3]
                sub("^" version ",?", "", others)
                if ($4 == version && others != "") $4 = version "," others
                print
            }
        ' "$names" "$build/recorded"
        # And so do those that this version has not.
        awk -v version="$version" '
            NR == FNR { recorded[$1 " " $2 " " $3]; next }
            /^#/ || $1 " " $2 " " $3 in recorded { next }
            { sub("^" version ",?", "", $4); if ($4 != "") print $1, $2, $3, $4 }
        ' "$build/recorded" "$names"
    } | sort
} >"$build/names"
cp "$build/names" "$names"
echo "$names: $(grep -c -v '^#' "$names") names, $(wc -l <"$build/recorded") of Lwt $version and React $react"
echo "by the versions that have them:"
awk '!/^#/ { count[$4]++ } END { for (versions in count) print "  " versions ": " count[versions] }' "$names" | sort
