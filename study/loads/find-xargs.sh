# find, xargs and tar over a tree of small files.
setup() { apt-get install -y --no-install-recommends findutils tar gzip; }

run() {
    find /usr/share/doc -type f 2> /dev/null | head -n 1500 | xargs -n 5 -P 4 cat > /dev/null || true
    find /etc -maxdepth 1 -type f -exec wc -l {} \; > /dev/null
    for i in 1 2 3 4 5; do tar -czf - /etc/alternatives 2> /dev/null | tar -tzf - > /dev/null; done
}
