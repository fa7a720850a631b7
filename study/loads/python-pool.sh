# multiprocessing.Pool(8), created and closed 20 times.
setup() { apt-get install -y --no-install-recommends python3; }

run() {
    /usr/bin/python3 -c '
import multiprocessing
for _ in range(20):
    with multiprocessing.get_context("fork").Pool(8) as pool:
        pool.map(abs, range(100))'
}
