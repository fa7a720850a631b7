# hackbench: groups of 40 processes, then of 40 threads, that send to each other.
setup() { apt-get install -y --no-install-recommends rt-tests; }

run() {
    for i in 1 2 3 4 5; do
        hackbench -g 2 -l 50 > /dev/null
        hackbench -T -g 2 -l 50 > /dev/null
    done
}
