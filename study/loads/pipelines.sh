# Shell pipelines of four commands.
setup() { :; }

run() {
    i=0
    while [ $i -lt 250 ]; do
        ls /usr/bin | grep -v x | sort -r | head -n 3 > /dev/null
        i=$((i + 1))
    done
}
