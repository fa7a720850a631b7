#!/bin/sh
# Trains and judges the models in docs/learning.md, and writes its tables: study/results/{forecasts,policies,picks}.tsv.
#
#   learning.sh --loads DIR --kernels DIR [--forktrace PATH] [--splits]
#
# The DIRs are the --work folders of study/record.sh and study/kernels/run.sh. For guests of other sizes, run the latter with
#   --variants stock --machines "plain numa slow-rcu cpus-1 cpus-4 cpus-8" --repeats 2
# With --splits, study/splits.tsv is first written again, from the existing recordings.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
forktrace=$here/../eng/forktrace
loads=
kernels=
splits=no

while [ $# -gt 0 ]; do
    case $1 in
    --loads) loads=$2 ;;
    --kernels) kernels=$2 ;;
    --forktrace) forktrace=$2 ;;
    --splits) splits=yes; shift; continue ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
    shift 2
done
[ -n "$loads" ] && [ -n "$kernels" ] || { echo "learning.sh: --loads and --kernels are required: the folders with the recordings" >&2; exit 2; }

[ "$splits" = no ] || python3 "$here/learning.py" splits --loads "$loads" --kernels "$kernels"
files=$(python3 "$here/learning.py" files --loads "$loads" --kernels "$kernels")
# shellcheck disable=SC2086 # paths without spaces, one per word
"$forktrace" learn cluster $files --splits "$here/splits.tsv" --pick 8 --judge "$here/results"
# shellcheck disable=SC2086
"$forktrace" learn policy $files --splits "$here/splits.tsv" --judge "$here/results" -o "$here/results/learned.model"
python3 "$here/learning.py" document
