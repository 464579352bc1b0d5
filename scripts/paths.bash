# Sourced by the other scripts: where things are, and which Python and Odoo to use.
#
# Variables that may be set from outside:
#   ODOO_SOURCE   an Odoo 19 checkout to use instead of the one downloaded
#   SPM_WORK      the work folder (default: .odoo in the checkout)
#   EXTRA_ADDONS  a further folder of addons (scripts/test_among sets it)

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
# The real folder: worktrees may share one through a link.
WORK=$(realpath -m -- "${SPM_WORK:-$ROOT/.odoo}")
export SPM_WORK=$WORK

if [[ -n ${ODOO_SOURCE:-} ]]; then
    ODOO_PATH=$(cd -- "$ODOO_SOURCE" && pwd -P)
else
    ODOO_PATH=$WORK/odoo/usr/lib/python3/dist-packages
fi

# Odoo's own addons: inside the package where Odoo was installed (it finds them there
# by itself), beside the package in a checkout (the folder has to be named).
if [[ -d $ODOO_PATH/odoo/addons/crm ]]; then
    ODOO_ADDONS=$ODOO_PATH/odoo/addons
    ADDONS_PATH=$ROOT
else
    ODOO_ADDONS=$ODOO_PATH/addons
    ADDONS_PATH=$ODOO_PATH/addons,$ROOT
fi

ADDONS_PATH=$ADDONS_PATH${EXTRA_ADDONS:+,$EXTRA_ADDONS}

if [[ ! -x $WORK/venv/bin/python ]]; then
    echo "The environment is missing: run scripts/setup_environment" >&2
    return 1
fi
export PATH=$WORK/venv/bin:$WORK/node/node_modules/.bin:$PATH
export NODE_PATH=$WORK/node/node_modules
export PYTHONPATH=$ODOO_PATH${PYTHONPATH:+:$PYTHONPATH}

# Every folder of the repository that holds a manifest is an addon. Glue to apps that are
# too heavy for every run says so in its manifest, and is there among other apps.
list_addons() {
    local manifest
    for manifest in "$ROOT"/*/__manifest__.py; do
        if [[ -e $manifest ]] && ! grep -q "among other apps only" "$manifest"; then
            basename "$(dirname "$manifest")"
        fi
    done
}

# Those as well which are only tested among other apps.
list_all_addons() {
    local manifest
    for manifest in "$ROOT"/*/__manifest__.py; do
        basename "$(dirname "$manifest")"
    done
}

join_with_commas() { paste -sd, -; }
