#!/bin/sh
# Are two cached stacks per CPU right? Replays the recordings of record.sh with the rules of released kernels, capacities from 0 to 64, and
# ideas. Writes study/results/rules.tsv and study/results/fork-times.tsv.
#
#   study.sh [--work DIR] [--loads "pgbench git ..."] [--beside "nothing stress"] [--forktrace PATH] [--document]
#
# DIR is the --work folder of record.sh, with recordings DIR/LOAD/BESIDE-N.perf.data. --document also writes the tables and charts of
# docs/study.md, and study/mail.txt; charts need Debian's python3-matplotlib.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=${TMPDIR:-/tmp}/forktrace-loads
loads=$(cd "$here/loads" && for file in *.sh; do echo "${file%.sh}"; done)
beside="nothing stress other-work"
forktrace=$here/../eng/forktrace
document=no

while [ $# -gt 0 ]; do
    case $1 in
    --work) work=$2 ;;
    --loads) loads=$2 ;;
    --beside) beside=$2 ;;
    --forktrace) forktrace=$2 ;;
    --document) document=yes; shift; continue ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
    shift 2
done

capacities="0 1 2 3 4 6 8 12 16 24 32 48 64"
policies=$(for capacity in $capacities; do echo "--policy linux-5.18:capacity=$capacity"; done
    for name in linux-4.9 rcu-cache adaptive budget:capacity=4 node-shared magazine parent-return refill sheaf ttl global-pool clairvoyant; do
        echo "--policy $name"
    done)

database=$work/study.duckdb
rm -f "$database"
for load in $loads; do
    for what in $beside; do
        found=$(ls "$work/$load/$what"-*.perf.data 2> /dev/null) || continue
        echo "replaying $load, beside $what"
        for recording in $found; do
            # shellcheck disable=SC2086 # options are words
            "$forktrace" replay "$recording" $policies --db "$database" --label "$load/$what" --json > /dev/null 2>> "$work/study.log"
        done
    done
done
python3 "$here/study.py" --database "$database" --forktrace "$forktrace"
[ "$document" = no ] || /usr/bin/python3 "$here/study.py" --document
