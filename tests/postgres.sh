#!/usr/bin/env bash
# Runs a command against a throwaway PostgreSQL and takes the cluster away afterwards, whatever happened.
#
#   tests/postgres.sh COMMAND [ARGUMENT…]   runs it with TEST_DATABASE_URL set; answers with its status
#   tests/postgres.sh --bindir              prints where the server programs are; status 1 when there are none
#
# Commits are durable as on a real server, which is what a benchmark wants to measure.
# SIDAN_TEST_FSYNC=off gives that up for speed: tests lose nothing by it, the data live for minutes.
set -euo pipefail

# Debian keeps initdb out of the PATH, in a folder per version: the newest one wins.
bindir() {
    local newest
    newest=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1) || true
    if [[ -z $newest ]] && command -v pg_config >/dev/null; then
        newest=$(pg_config --bindir)/initdb
    fi
    [[ -x $newest ]] && dirname "$newest"
}

if [[ $# -eq 0 ]]; then
    sed -n '4,5s/^# *//p' "$0" >&2
    exit 2
fi
if [[ $1 == --bindir ]]; then
    bindir
    exit
fi
if ! programs=$(bindir); then
    echo "no PostgreSQL server here; on Debian: apt-get install postgresql" >&2
    exit 1
fi

home=$(mktemp -d "${TMPDIR:-/tmp}/sidan-postgres.XXXXXX")
child=

# PostgreSQL refuses to run as root, so root lends the cluster to the account that Debian's package brings.
owner() {
    if [[ $EUID -eq 0 ]]; then
        (cd / && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

clear_away() {
    local status=$?
    trap - EXIT INT TERM HUP
    if [[ -n $child ]]; then
        kill -TERM -- "-$child" 2>/dev/null || true
    fi
    if [[ -e $home/data/postmaster.pid ]]; then
        owner "$programs/pg_ctl" stop --pgdata "$home/data" --mode immediate --silent || true
    fi
    rm -rf "$home"
    exit "$status"
}
trap clear_away EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if [[ $EUID -eq 0 ]]; then
    chown postgres "$home"
fi

owner "$programs/initdb" --pgdata "$home/data" --username postgres --auth trust --encoding UTF8 --locale C --lc-ctype C.UTF-8 \
    --no-sync >"$home/initdb.log" 2>&1 || { cat "$home/initdb.log" >&2; exit 1; }

durability="-c fsync=on"
if [[ ${SIDAN_TEST_FSYNC:-on} == off ]]; then
    durability="-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
fi

# A port that is free now may be taken a moment later, so a failed start tries another one.
for _ in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))
    if owner "$programs/pg_ctl" start --pgdata "$home/data" --log "$home/server.log" --silent --wait \
        --options "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$home -c max_connections=300 $durability"; then
        break
    fi
done >"$home/start.log" 2>&1
if [[ ! -e $home/data/postmaster.pid ]]; then
    cat "$home/start.log" "$home/server.log" >&2
    exit 1
fi

# Job control gives the command a process group of its own: an interrupt ends all of it before the server goes.
set -m
TEST_DATABASE_URL="postgres://postgres@127.0.0.1:$port/postgres" "$@" &
child=$!
status=0
wait "$child" || status=$?
child=
exit "$status"
