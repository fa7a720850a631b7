# stress-ng --clone: clone with many sets of flags; some of its calls fail.
setup() { apt-get install -y --no-install-recommends stress-ng; }

run() { stress-ng -q --clone 2 --clone-ops 2000 --timeout 30; }
