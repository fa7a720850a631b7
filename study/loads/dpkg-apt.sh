# dpkg and apt: lists, a search, a package installed again.
setup() { apt-get install -y --no-install-recommends hello; }

run() {
    for i in 1 2 3; do
        dpkg -l > /dev/null
        dpkg -L bash > /dev/null
        apt-cache policy hello > /dev/null
        apt-get install -y -q --reinstall hello > /dev/null 2>&1
    done
}
