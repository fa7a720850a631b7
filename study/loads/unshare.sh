# New namespaces for each command, like container runtimes.
setup() { apt-get install -y --no-install-recommends util-linux; }

run() {
    i=0
    while [ $i -lt 250 ]; do
        unshare --mount --uts --ipc --pid --fork /bin/sh -c 'true; /bin/true' || return 1
        i=$((i + 1))
    done
}
