# Sourced by the scripts that need a database: starts PostgreSQL and makes every
# program of the environment (odoo's Python, psql, pytest...) use it.
#
# Variables that may be set from outside, besides those of paths.bash:
#   PGHOST, PGPORT, PGUSER, PGPASSWORD   an existing PostgreSQL server

source "$(dirname "${BASH_SOURCE[0]}")/paths.bash" || return 1

# Whoever uses the server holds this lock, shared, for as long as it lives; the
# server is stopped only by somebody who gets it alone (see stop_postgres).
mkdir -p "$WORK/locks" "$WORK/data" "$WORK/logs"
exec 9>"$WORK/locks/postgres"
flock --shared 9

POSTGRES_WAS=$("$ROOT/scripts/postgres" status || true)
"$ROOT/scripts/postgres" start
eval "$("$ROOT/scripts/postgres" env)"

# Stop the server if this script started it and nobody else has begun to use it.
stop_postgres() {
    if [[ $POSTGRES_WAS == stopped ]] && flock --nonblock --exclusive 9; then
        "$ROOT/scripts/postgres" stop-if-idle
    fi
    exec 9>&-
}

# One file per combination of settings, so that concurrent runs do not disturb each
# other.
write_odoo_rc() {
    local partial digest
    partial=$(mktemp "$WORK/odoo.conf.XXXXXX")
    cat >"$partial" <<RC
[options]
addons_path = $ADDONS_PATH
data_dir = $WORK/data
http_interface = 127.0.0.1
${PGHOST:+db_host = $PGHOST}
${PGPORT:+db_port = $PGPORT}
${PGUSER:+db_user = $PGUSER}
${PGPASSWORD:+db_password = $PGPASSWORD}
RC
    digest=$(sha256sum "$partial" | cut -c1-8)
    export ODOO_RC=$WORK/odoo-$digest.conf
    mv "$partial" "$ODOO_RC"
}
write_odoo_rc

database_exists() {
    [[ -n $(psql -XAtq -c "SELECT 1 FROM pg_database WHERE datname = '$1'" postgres) ]]
}

# remove_database NAME: drop it with its files. PostgreSQL refuses while a worker of its
# own cleans tables there: it is asked again.
remove_database() {
    local left=10
    until dropdb --force --if-exists "$1"; do
        ((--left)) || return 1
        sleep 1
    done
    rm -rf "${WORK:?}/data/filestore/$1"
}

# run_odoo LOG ARGUMENT...: run Odoo once; show its log only if it fails, and
# otherwise the warnings it gave.
run_odoo() {
    local log=$1 status=0
    shift
    python -m odoo "$@" --stop-after-init --no-http >"$log" 2>&1 </dev/null || status=$?
    if [[ $status -ne 0 ]]; then
        tail -n 60 "$log" >&2
        echo "Odoo failed with exit code $status; the whole log: $log" >&2
        return "$status"
    fi
    grep -E ' (WARNING|ERROR|CRITICAL) ' "$log" >&2 || true
}

# install_demonstration DB LOG ADDONS LANGUAGES [ODOO ARGUMENT...]: make a demonstration
# in the empty database DB.
#
# The company is Chinese before Invoicing comes, so that its accounts and its money are:
# Odoo's own demonstration of Invoicing, which is left out, would make it American for
# good.
install_demonstration() {
    local db=$1 log=$2 addons=$3 languages=$4
    shift 4
    if [[ ,$addons, == *_account,* ]]; then
        run_odoo "$log" -d "$db" -i crm,hr_holidays,product,analytic --with-demo \
            --load-language="$languages" "$@" || return
        psql -Xq -d "$db" -c "
            UPDATE res_partner AS partner
               SET country_id = (SELECT id FROM res_country WHERE code = 'CN'),
                   state_id = NULL
              FROM res_company AS company
              JOIN ir_model_data AS data ON data.res_id = company.id
             WHERE data.module = 'base' AND data.name = 'main_company'
               AND data.model = 'res.company' AND partner.id = company.partner_id;
            UPDATE ir_module_module SET demo = false WHERE name = 'analytic'"
        run_odoo "$log" -d "$db" -i l10n_cn "$@" || return
        # what stands on Invoicing has a demonstration all the same
        psql -Xq -d "$db" -c "
            UPDATE ir_module_module SET demo = true WHERE state = 'installed'"
    fi
    run_odoo "$log" -d "$db" -i "$addons" --with-demo --load-language="$languages" "$@"
}

# One run at a time per database.
lock_database() {
    exec 6>"$WORK/locks/database-$1"
    if ! flock --nonblock 6; then
        echo "Another run uses database $1: waiting for it (or choose another DB=)"
        flock 6
    fi
}

find_free_port() {
    python -c 'import socket; s = socket.socket(); s.bind(("", 0)); print(s.getsockname()[1])'
}

# with_demonstration NAME COMMAND [ARGUMENT...]: run a program on a demonstration, whose
# address comes after the program's second word (node FILE URL ...): that of URL=, or a
# new one in DB= (an old one with KEEP=1) that is stopped afterwards.
stop_demonstration() {
    [[ -z ${demonstration:-} ]] || kill -INT "$demonstration" 2>/dev/null || true
    [[ -z ${demonstration:-} ]] || wait "$demonstration" || true
}

with_demonstration() {
    local name=$1 program=$2 file=$3 port log reset=1
    shift 3
    trap stop_demonstration EXIT
    if [[ -z ${URL:-} ]]; then
        port=$(find_free_port)
        URL=http://localhost:$port
        log=$WORK/logs/$name.log
        [[ ${KEEP:-} != 1 ]] || reset=
        echo "Making a demonstration to look at ..."
        DB=${DB:-spm_$name} PORT=$port RESET=$reset \
            "$ROOT/scripts/foreground" "$ROOT/scripts/demo" >"$log" 2>&1 </dev/null &
        demonstration=$!
        until curl --silent --fail --output /dev/null "$URL/web/login"; do
            if ! kill -0 "$demonstration" 2>/dev/null; then
                tail -n 20 "$log" >&2
                exit 1
            fi
            sleep 2
        done
    fi
    "$program" "$file" "$URL" "$@"
}
