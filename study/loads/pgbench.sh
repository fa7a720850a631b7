# PostgreSQL with a new connection, and so a new backend process, for each transaction.
bin() { echo /usr/lib/postgresql/*/bin; }

setup() {
    apt-get install -y --no-install-recommends postgresql postgresql-contrib
    rm -rf data && mkdir data && chown postgres data
    su postgres -c "$(bin)/initdb -D '$PWD/data' > /dev/null"
}

run() {
    su postgres -c "$(bin)/pg_ctl -D '$PWD/data' -o '-k /tmp -p 54321' -l /tmp/pgbench.log -w start"
    su postgres -c "$(bin)/pgbench -h /tmp -p 54321 -i -q postgres 2> /dev/null"
    su postgres -c "$(bin)/pgbench -h /tmp -p 54321 -C -c 4 -t 500 postgres"
    su postgres -c "$(bin)/pg_ctl -D '$PWD/data' -w stop"
}
