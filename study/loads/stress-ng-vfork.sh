# stress-ng --vfork: vfork, one at a time per worker.
setup() { apt-get install -y --no-install-recommends stress-ng; }

run() { stress-ng -q --vfork 2 --vfork-ops 3000 --timeout 30; }
