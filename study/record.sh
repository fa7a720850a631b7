#!/bin/sh
# Records everyday loads on this machine, and writes how well a replay agrees with the kernel: study/results/loads.tsv.
#
#   record.sh [--work DIR] [--loads "pgbench git ..."] [--repeats N] [--beside "nothing stress"] [--forktrace PATH] [--output FILE]
#
# Needs root, apt, and the requirements of forktrace record --level truth. Each load in study/loads is recorded N times, with all tasks of
# the machine, alone (nothing) and together with stress-ng (stress). Run it on an otherwise idle machine, or use --beside "other-work".
# Recordings stay in DIR. The output of a load is in DIR/LOAD/*.log.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=${TMPDIR:-/tmp}/forktrace-loads
loads=$(cd "$here/loads" && for file in *.sh; do echo "${file%.sh}"; done)
repeats=5
beside="nothing stress"
forktrace=$here/../eng/forktrace
output=$here/results/loads.tsv

while [ $# -gt 1 ]; do
    case $1 in
    --work) work=$2 ;;
    --loads) loads=$2 ;;
    --repeats) repeats=$2 ;;
    --beside) beside=$2 ;;
    --forktrace) forktrace=$2 ;;
    --output) output=$2 ;;
    *) break ;;
    esac
    shift 2
done
[ $# -eq 0 ] || { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2; }

# A load is a file with two functions. Both run in the load's folder.
step() { # LOAD setup|run
    (cd "$work/$1" && sh -eu -c '. "$1"; "$2"' sh "$here/loads/$1.sh" "$2")
}

record() { # LOAD BESIDE REPEAT
    to=$work/$1/$2-$3
    [ ! -f "$to.perf.data" ] || return 0
    echo "recording $1, beside $2, $3 of $repeats"
    noise=
    if [ "$2" = stress ]; then
        stress-ng -q --cpu "$(nproc)" --switch 1 --timeout 600 &
        noise=$!
    fi
    (cd "$work/$1" && "$forktrace" record --level truth --exec -o "$to.perf.data" -- sh -eu -c '. "$1"; run' sh "$here/loads/$1.sh") \
        > "$to.log" 2>&1 || echo "record.sh: $1 failed: see $to.log" >&2
    [ -z "$noise" ] || { kill "$noise"; wait "$noise" || true; }
}

apt-get update -q > /dev/null
apt-get install -y --no-install-recommends stress-ng > /dev/null
for load in $loads; do
    mkdir -p "$work/$load"
    if step "$load" setup > "$work/$load/setup.log" 2>&1; then
        for what in $beside; do
            repeat=1
            while [ "$repeat" -le "$repeats" ]; do
                record "$load" "$what" "$repeat"
                repeat=$((repeat + 1))
            done
        done
    else
        echo "record.sh: $load is left out, its setup failed: see $work/$load/setup.log" >&2
    fi
done
python3 "$here/loads/table.py" --recordings "$work" --forktrace "$forktrace" --output "$output"
