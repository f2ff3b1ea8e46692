#!/usr/bin/env bash
# Packs the libraries and runs programs that use the packages: in F#, in C#, and a web server, in Release and Debug, native
# and trimmed; and a script. What a user's compiler inlines or calls must be public, and what a linker removes must not be
# missed; only this shows it. Closes on "N passed, N failed".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en MSBUILDDISABLENODEREUSE=1

# A version that no cache can know, and a packages folder of its own.
suffix="consumer.$(date +%s).$$"
home="$PWD/artifacts/consumer"
rm -rf "$home"
mkdir -p "$home"
logs="$home/logs"
mkdir -p "$logs"

passed=0
failed=0
trap 'echo "$passed passed, $failed failed"' EXIT

broken() {
    cat "$1"
    failed=$((failed + 1))
}

for library in Lwt.Core Lwt.FSharp Lwt.CSharp Lwt.AspNetCore; do
    dotnet pack "src/$library" --configuration Release --output "$home/feed" --nologo --verbosity quiet \
        -p:VersionSuffix="$suffix" >"$logs/pack" 2>&1 || { broken "$logs/pack"; exit 1; }
done
package="$(basename "$home"/feed/Lwt.FSharp.*.nupkg .nupkg)"
version="${package#Lwt.FSharp.}"
fallback="$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: //')"

# Runs a program that closes on "N passed, N failed", and adds up: check LOG COMMAND.
check() {
    local log="$1" ok=true counts bad
    shift
    timeout 120 "$@" >"$log" 2>&1 || ok=false
    grep -vE '^[0-9]+ passed, [0-9]+ failed$' "$log" || true
    counts="$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -1)" || true
    if [ -z "$counts" ]; then
        failed=$((failed + 1))
    else
        bad="$(sed -E 's/.*, ([0-9]+) failed/\1/' <<<"$counts")"
        passed=$((passed + $(sed -E 's/ passed.*//' <<<"$counts")))
        failed=$((failed + bad))
        $ok || [ "$bad" -gt 0 ] || failed=$((failed + 1))
    fi
}

packages=(
    -p:LwtVersion="$version" -p:LwtFeed="$home/feed" -p:LwtPackages="$home/packages" -p:LwtFallback="$fallback"
)

for language in FSharp CSharp Web; do
    project="tests/Lwt.Consumer.Tests/$language"
    for configuration in Release Debug; do
        output="$home/$language/$configuration"
        log="$logs/$language.$configuration"
        echo "== $language, $configuration"
        dotnet build "$project" --configuration "$configuration" --output "$output" --nologo --verbosity quiet \
            "${packages[@]}" >"$log" 2>&1 || { broken "$log"; continue; }
        check "$log" dotnet exec "$output/Consumer.$language.dll"
    done
    for how in Aot Trimmed; do
        output="$home/$language/$how"
        log="$logs/$language.$how"
        echo "== $language, $how"
        dotnet publish "$project" --configuration Release --output "$output" --nologo --verbosity quiet \
            --use-current-runtime -p:Publish$how=true "${packages[@]}" >"$log" 2>&1 || { broken "$log"; continue; }
        check "$log" "$output/Consumer.$language"
    done
done

# A script finds the packages by itself, in the folders of the builds above.
script="$home/Program.fsx"
{
    echo "#i \"nuget: $home/feed\""
    echo "#r \"nuget: Lwt.FSharp, $version\""
    cat tests/Lwt.Consumer.Tests/Script/Program.fsx
} >"$script"
for optimize in + -; do
    echo "== script, --optimize$optimize"
    NUGET_PACKAGES="$home/packages" RestoreFallbackFolders="$fallback" \
        check "$logs/script$optimize" dotnet fsi --quiet "--optimize$optimize" "$script"
done
[ "$failed" -eq 0 ]
