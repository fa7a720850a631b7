# subprocess.run from four threads.
setup() { apt-get install -y --no-install-recommends python3; }

run() {
    /usr/bin/python3 -c '
import subprocess
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as pool:
    list(pool.map(lambda _: subprocess.run(["/bin/true"], check=True), range(800)))'
}
