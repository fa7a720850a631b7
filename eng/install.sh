#!/usr/bin/env bash
# Builds ForkTrace and installs it into a prefix: eng/install.sh --help.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: eng/install.sh [--prefix DIR]

Builds ForkTrace and installs it, without `dotnet tool install`:
  DIR/bin/forktrace    the command, a link
  DIR/lib/forktrace    the program

Options:
  --prefix DIR   the folder to install into (default: ~/.local)
  -h, --help     show this text

Requires the .NET 10 SDK, and npm for the charts of the HTML page.
To update, run it again. The command is switched to the new build in one step, after the new build has started successfully.
To remove ForkTrace: rm -r DIR/bin/forktrace DIR/lib/forktrace
TEXT
}

fail() { echo "eng/install.sh: $1" >&2; exit "${2:-1}"; }

prefix=~/.local
while [ $# -gt 0 ]; do
    case $1 in
        --prefix)   [ -n "${2-}" ] || fail "--prefix needs a folder, for example --prefix ~/.local" 2
                    prefix=$2; shift 2 ;;
        --prefix=?*) prefix=${1#--prefix=}; shift ;;
        -h|--help)  usage; exit ;;
        *)          fail "unknown argument '$1'; see eng/install.sh --help" 2 ;;
    esac
done

command -v dotnet >/dev/null || fail "dotnet was not found on the PATH; install the .NET 10 SDK"
command -v npm >/dev/null || fail "npm was not found on the PATH; install it, for example with apt-get install npm"

mkdir -p "$prefix/bin" "$prefix/lib/forktrace" || fail "cannot create folders in '$prefix'; choose another with --prefix DIR"
prefix=$(cd "$prefix" && pwd)
link=$prefix/bin/forktrace
if [ -e "$link" ] || [ -L "$link" ]; then
    case $(readlink "$link") in
        ../lib/forktrace/*) ;;
        *) fail "'$link' was not made by this script; move it away, or choose another folder with --prefix DIR" ;;
    esac
fi

cd "$(dirname "$0")/.."
build=$(mktemp -d "$prefix/lib/forktrace/build.XXXXXX") || fail "cannot write to '$prefix/lib/forktrace'"
chmod 755 "$build"
trap 'rm -rf "$build" "$link.new"' EXIT

echo "Building ForkTrace into $prefix (the first time takes about half a minute) ..."
dotnet publish src/Cli -c Release -o "$build" -p:RunAnalyzers=false --nologo \
    || fail "the build failed; its messages are above, and '$prefix' is unchanged"
version=$("$build/forktrace" --version) \
    || fail "the new build does not start; if .NET is not in its usual folder, set DOTNET_ROOT to its folder"

ln -sfn "../lib/forktrace/$(basename "$build")/forktrace" "$link.new"
mv -f "$link.new" "$link"
trap - EXIT
find "$prefix/lib/forktrace" -mindepth 1 -maxdepth 1 ! -path "$build" -exec rm -rf {} +

echo "Installed forktrace $version as $link"
case :$PATH: in
    *:"$prefix/bin":*) ;;
    *) echo "It is not on your PATH yet: export PATH=\"$prefix/bin:\$PATH\"" ;;
esac
