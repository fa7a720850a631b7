# stress-ng --pthread: threads, up to 64 alive per worker.
setup() { apt-get install -y --no-install-recommends stress-ng; }

run() { stress-ng -q --pthread 2 --pthread-max 64 --pthread-ops 4000 --timeout 30; }
