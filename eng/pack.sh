#!/usr/bin/env bash
# Packs ForkTrace for NuGet: eng/pack.sh --help.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: eng/pack.sh [--rid RID]... [OUTPUT]

Packs ForkTrace into a folder that NuGet and `dotnet tool install` can use as a source:
    ForkTrace.VERSION.nupkg              refers to the packages for the platforms
  ForkTrace.RID.VERSION.nupkg          the tool for one platform, compiled ahead of time
  ForkTrace.Replay.VERSION.nupkg       the library for authors of policies
  ForkTrace.Analytics.VERSION.nupkg    the library for notebooks
  ForkTrace.Events.VERSION.nupkg,
    ForkTrace.Lifecycle.VERSION.nupkg    the libraries on which both depend
    source.csx                           the folder of the packages, for .NET Interactive

Arguments:
  OUTPUT       the folder for the packages (default: artifacts)

Options:
  --rid RID    a platform, for example linux-arm64 (default: this machine's; may be given several times)
  -h, --help   show this text

Requires the .NET 10 SDK, and npm for the charts of the HTML page.
A package with the same version is replaced. To install from the folder:
  dotnet tool install -g ForkTrace --prerelease --add-source OUTPUT
TEXT
}

fail() { echo "eng/pack.sh: $1" >&2; exit "${2:-1}"; }

# The packed projects. Only the tool has a package for each platform.
projects=(src/Cli src/Events src/Lifecycle src/Replay src/Analytics)

output=
rids=()
while [ $# -gt 0 ]; do
    case $1 in
        --rid)     [ -n "${2-}" ] || fail "--rid needs a platform, for example --rid linux-x64" 2
                   rids+=("$2"); shift 2 ;;
        --rid=?*)  rids+=("${1#--rid=}"); shift ;;
        -h|--help) usage; exit ;;
        -*)        fail "unknown option '$1'; see eng/pack.sh --help" 2 ;;
        *)         [ -z "$output" ] || fail "one folder is enough: '$output' or '$1'" 2
                   output=$1; shift ;;
    esac
done

command -v dotnet >/dev/null || fail "dotnet was not found on the PATH; install the .NET 10 SDK"
command -v npm >/dev/null || fail "npm was not found on the PATH; install it, for example with apt-get install npm"

root=$(cd "$(dirname "$0")/.." && pwd)
output=${output:-$root/artifacts}
mkdir -p "$output" || fail "cannot create the folder '$output'"
output=$(cd "$output" && pwd)
cd "$root"
staging=$(mktemp -d "$output/.packing.XXXXXX") || fail "cannot write to '$output'"
trap 'rm -rf "$staging"' EXIT

options=(-c Release -o "$staging" -p:RunAnalyzers=false --nologo)
if [ ${#rids[@]} -gt 0 ]; then
    options+=("-p:ToolPackageRuntimeIdentifiers=\"$(IFS=';'; echo "${rids[*]}")\"")
fi
# Otherwise, files published by an earlier build would be packed, too.
rm -rf src/Cli/bin/Release/net*/*/publish
for project in "${projects[@]}"; do
    echo "Packing $project ..."
    dotnet pack "$project" "${options[@]}" || fail "packing $project failed; its messages are above, and '$output' is unchanged"
done

for package in "$staging"/*.nupkg; do
    mv -f "$package" "$output/"
    echo "$output/$(basename "$package")"
done
# .NET Interactive does not accept a relative path here.
printf '#i "nuget:%s"\n' "$output" >"$output/source.csx"
