#!/bin/sh
# Builds kernels with different thread-stack caches, runs the same loads on each in QEMU, and writes study/results/table-a.tsv and table-b.tsv.
#
#   run.sh [--work DIR] [--variants "stock slots-1 ..."] [--machines "plain numa slow-rcu"] [--loads "fork,400 prefork,500,30 ..."]
#          [--boots N] [--repeats N] [--forktrace PATH] [--no-install] [--no-tables]
#
# Each boot runs every load N times. The number of the repeat is the load's seed.
# Needs Debian 12 or a system with its packages, root for apt, and 3 GB in DIR. `variants.py --list` lists the variants, load.c the loads.
# Existing kernels and recordings in DIR are kept: a stopped run continues, and more boots add recordings. --boots 0 only builds.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=${TMPDIR:-/tmp}/forktrace-kernels
variants="stock slots-0 slots-1 slots-4 slots-8 slots-16 rule-4.9 rcu-deferred callback-only parent-return pool node-6.19"
machines="plain slow-rcu numa"
loads=
boots=1
repeats=10
forktrace=$here/../../eng/forktrace
install=yes
tables=yes

while [ $# -gt 0 ]; do
    case $1 in
    --work) work=$2 ;;
    --variants) variants=$2 ;;
    --machines) machines=$2 ;;
    --loads) loads=$2 ;;
    --boots) boots=$2 ;;
    --repeats) repeats=$2 ;;
    --forktrace) forktrace=$2 ;;
    --no-install) install=no; shift; continue ;;
    --no-tables) tables=no; shift; continue ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
    shift 2
done

source=$work/linux-source-6.1
archive=/usr/src/linux-source-6.1.tar.xz

# The variants for a machine. Each machine has stock, because its recordings give the predictions for the other variants.
variants_of() { # MACHINE
    for variant in $variants; do
        case $1/$variant in
        numa/stock | numa/node-6.19 | slow-rcu/stock | slow-rcu/rcu-deferred | slow-rcu/callback-only | slow-rcu/slots-8) echo "$variant" ;;
        plain/node-6.19) ;; # one node: the same rule as stock
        cpus-*/stock) echo "$variant" ;; # other sizes of machine, for study/learning.sh
        plain/*) echo "$variant" ;;
        esac
    done
}

# Grace periods of a second or more: two additional CPUs are idle, and RCU checks them only after 250 jiffies, and then every 250.
kernel_options() { # MACHINE
    [ "$1" != slow-rcu ] || echo "rcutree.jiffies_till_first_fqs=250 rcutree.jiffies_till_next_fqs=250"
}

qemu_options() { # MACHINE
    [ "$1" != numa ] || echo "-object memory-backend-ram,id=m0,size=512M -object memory-backend-ram,id=m1,size=512M \
        -numa node,memdev=m0,cpus=0 -numa node,memdev=m1,cpus=1"
}

cpus() { # MACHINE
    case $1 in slow-rcu) echo 4 ;; cpus-*) echo "${1#cpus-}" ;; *) echo 2 ;; esac
}

# With long grace periods, a recording must be long enough for several of them.
loads_of() { # MACHINE
    case ${loads:-$1} in
    slow-rcu) echo "pinned,800,5 threads,800,5 fork,800 prefork,800,30 burst,780,12" ;;
    plain | numa | cpus-*) echo "pinned,250,5 threads,250,5 fork,250 prefork,300,30 burst,240,12" ;;
    *) echo "$loads" ;;
    esac
}

settle_ms() { # MACHINE: several grace periods
    case $1 in slow-rcu) echo 4000 ;; *) echo 400 ;; esac
}

install_packages() {
    apt-get install -y --no-install-recommends linux-source-6.1 bc flex bison libelf-dev libssl-dev qemu-system-x86 busybox-static cpio gcc \
        libc6-dev make xz-utils zstd
}

unpack_source() {
    [ ! -d "$source" ] || return 0
    echo "unpacking $archive"
    tar -C "$work" -xf "$archive"
    cd "$source"
    make -s tinyconfig
    scripts/kconfig/merge_config.sh -m .config "$here/config.fragment" > "$work/config.log" 2>&1
    make -s olddefconfig >> "$work/config.log" 2>&1
    grep '^CONFIG_' "$here/config.fragment" | while read -r line; do
        grep -qx "$line" .config || { echo "run.sh: $line of config.fragment was not accepted by $source" >&2; exit 1; }
    done
    cd "$here"
}

build_kernel() { # VARIANT
    [ ! -f "$work/kernels/$1" ] || return 0
    echo "building $1"
    python3 "$here/variants.py" "$source" "$1"
    make -s -C "$source" -j "$(nproc)" bzImage > "$work/build-$1.log" 2>&1 || { tail -20 "$work/build-$1.log" >&2; exit 1; }
    cp "$source/arch/x86/boot/bzImage" "$work/kernels/$1"
}

make_guest() {
    guest=$(mktemp -d "$work/guest.XXXXXX")
    mkdir "$guest/bin" "$guest/proc" "$guest/sys" "$guest/dev" "$guest/tmp"
    gcc -O2 -Wall -static -pthread -o "$guest/bin/load" "$here/load.c"
    cp "$(command -v busybox)" "$guest/bin/busybox"
    for name in sh mount cat echo sed sync poweroff true; do ln -s busybox "$guest/bin/$name"; done
    cp "$here/guest-init" "$guest/init"
    chmod +x "$guest/init"
    (cd "$guest" && find . | cpio -o -H newc --quiet | gzip -1) > "$guest.gz"
    rm -r "$guest"
    mv "$guest.gz" "$work/guest.gz"
}

# The loads with missing recordings of a boot.
missing_loads() { # MACHINE FOLDER FIRST
    for load in $(loads_of "$1"); do
        repeat=$3
        while [ "$repeat" -lt $(($3 + repeats)) ] && [ -f "$2/${load%%,*}-$repeat.txt.zst" ]; do repeat=$((repeat + 1)); done
        [ "$repeat" -eq $(($3 + repeats)) ] || echo "$load"
    done
}

# Linux does not trust the emulated CPU's clock by default, so tsc=reliable is needed.
boot() { # MACHINE VARIANT BOOT
    to=$work/recordings/$1/$2
    log=$to/boot-$3.log
    first=$((($3 - 1) * repeats + 1))
    missing=$(missing_loads "$1" "$to" "$first")
    [ -n "$missing" ] || return 0
    echo "booting $2 on $1, boot $3 of $boots:" $missing
    mkdir -p "$to"
    rm -f "$to/disk"
    truncate -s 256M "$to/disk"
    # shellcheck disable=SC2046 # options are words
    timeout 3600 qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp "$(cpus "$1")" -m 1G $(qemu_options "$1") -nographic -no-reboot -nodefaults \
        -serial stdio -monitor none -kernel "$work/kernels/$2" -initrd "$work/guest.gz" -drive "file=$to/disk,if=virtio,format=raw" \
        -append "console=ttyS0 quiet panic=-1 clocksource=tsc tsc=reliable rcupdate.rcu_cpu_stall_suppress=1 no_hash_pointers no_timer_check $(kernel_options "$1") \
settle=$(settle_ms "$1") first=$first repeats=$repeats loads=$(echo $missing | tr ' ' '+')" > "$log" 2>&1 < /dev/null || true
    tr -d '\0' < "$to/disk" | awk -v to="$to/" '/^#### / { close(out); out = $2 == "end" ? "" : to $2 "-" $3 ".txt"; last = $2; next }
        out { print > out } END { exit last != "end" }' || { echo "run.sh: the guest did not finish; $log ends with:" >&2; tail -5 "$log" >&2; exit 1; }
    rm "$to/disk"
    for text in "$to"/*.txt; do
        zstd -q -f "$text" -o "$text.part"
        mv "$text.part" "$text.zst"
        rm "$text"
    done
}

mkdir -p "$work/kernels" "$work/recordings"
[ "$install" = no ] || install_packages
unpack_source
make_guest
for variant in $variants; do build_kernel "$variant"; done
number=1
while [ "$number" -le "$boots" ]; do
    for machine in $machines; do
        for variant in $(variants_of "$machine"); do
            boot "$machine" "$variant" "$number"
        done
    done
    number=$((number + 1))
done
[ "$tables" = no ] || python3 "$here/tables.py" --recordings "$work/recordings" --forktrace "$forktrace"
