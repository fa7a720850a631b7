# stress-ng --fork: processes that exit at once.
setup() { apt-get install -y --no-install-recommends stress-ng; }

run() { stress-ng -q --fork 2 --fork-ops 3000 --timeout 30; }
