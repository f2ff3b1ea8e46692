#!/usr/bin/env bash
# Rewrites PublicAPI.Unshipped.txt of each project that has one, from the code as it stands.
#
#   eng/update-public-api.sh                 every project under src
#   eng/update-public-api.sh src/Lwt.Core    these projects only
#
# What the code adds to PublicAPI.Shipped.txt is listed; what it has lost is listed as *REMOVED*. The code must
# compile; undeclared API does not count as an error here (see PublicApi.targets).
set -euo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/.."

projects=("$@")
if [ ${#projects[@]} -eq 0 ]; then
    for shipped in src/*/PublicAPI.Shipped.txt; do
        projects+=("$(dirname "$shipped")")
    done
fi

# An old log must not pass for a new one.
rm -rf src/*/obj/PublicApi src/*/bin/PublicApi

# The log has one JSON property a line: ruleId, then the message, then the symbol's name as the file wants it.
declared_by() {
    awk '
        function text(line) {
            sub(/^[^:]*: "/, "", line)
            sub(/",?$/, "", line)
            gsub(/\\\\/, "\001", line)
            gsub(/\\"/, "\"", line)
            gsub(/\001/, "\\", line)
            return line
        }
        /^ *"ruleId": / { rule = text($0) }
        rule == "RS0016" && /^ *"APIName": / { print text($0) }
        rule == "RS0017" && /^ *"text": "Symbol / {
            line = text($0)
            sub(/^Symbol \047/, "", line)
            sub(/\047 is part of the declared .*$/, "", line)
            print "*REMOVED*" line
        }
    ' "$1" | sort -u
}

for project in "${projects[@]}"; do
    project="${project%/}"
    dotnet build "$project" --configuration PublicApi --nologo --verbosity quiet -clp:ErrorsOnly
    unshipped="$project/PublicAPI.Unshipped.txt"
    {
        echo '#nullable enable'
        declared_by "$project/obj/PublicApi/findings.sarif"
    } >"$project/obj/PublicApi/declared.txt"
    cp "$project/obj/PublicApi/declared.txt" "$unshipped"
    echo "$unshipped: $(($(wc -l <"$unshipped") - 1)) lines"
done

rm -rf src/*/bin/PublicApi
