# The habits of this project in one place. Each target is one program of scripts/ or
# benchmarks/, whose first lines tell what it does and which variables it takes.
#
#   make demo PORT=8070 DB=mine      variables are given on the command line
#   make test ARGS="sales_process_mgmt/tests/test_ownership.py -k claim"

SHELL := bash

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-one update test-uninstall test-upgrade month \
	test-alone test-hours test-among test-runner test-package test-odoo test-odoo-stock \
	bench bench-reading bench-money bench-everyday bench-servers bench-memory faults \
	faults-load faults-proxy faults-abuse check lint format papers screenshots clicks docs walk \
	new-addon test-new-addon hooks pre-commit shell psql stop clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## build the development environment in .odoo/
	@scripts/setup_environment

demo: ## serve a demonstration at http://localhost:8069 (PORT= DB= RESET=1)
	@scripts/foreground scripts/demo $(ARGS)

test: ## run our tests with pytest (ARGS="FILE -k NAME" DB=)
	@scripts/test $(ARGS)

test-one: ## run tests in DB as it is, in seconds (ARGS="FILE -k NAME" DB=)
	@scripts/test --again $(ARGS)

update: ## bring DB up to date after a change of fields, views or data (DB=)
	@scripts/database update "$${DB:-spm_test}"

test-uninstall: ## install and uninstall each addon alone, all in random orders (ARGS=--alone)
	@scripts/test_uninstall $(ARGS)

test-upgrade: ## upgrade a demonstration of an older version, compare (ARGS=COMMIT DB=)
	@scripts/test_upgrade $(ARGS)

month: ## play a month of a team in a new database, recompute its numbers (ARGS="--seed 2")
	@scripts/play_month $(ARGS)

test-alone: ## run the core's tests in a database with crm alone (ARGS= DB=)
	@scripts/test --alone $(ARGS)

test-hours: ## the demonstration and the tests that deal with time (ARGS=--all: at other moments)
	@scripts/test_hours $(ARGS)

test-among: ## run our tests among all apps that touch customers: an hour (ARGS= DB=)
	@scripts/test_among $(ARGS)

test-runner: ## run our tests with Odoo's own runner (TAGS= DB= PORT=)
	@scripts/test_runner $(ARGS)

test-package: ## build a wheel of each addon, install them with pip, start Odoo with them
	@scripts/test_package $(ARGS)

test-odoo: ## run Odoo's crm, sales_team and mail tests with our addons (SUITES= ARGS=)
	@scripts/test_odoo $(ARGS)

test-odoo-stock: ## the same without our addons
	@scripts/test_odoo --stock $(ARGS)

bench: ## measure everything, with a million customers: two hours (ARGS="--help")
	@benchmarks/bench $(ARGS)

bench-reading: ## measure what reading costs, over HTTP, 200,000 leads (ARGS="--help")
	@benchmarks/reading $(ARGS)

bench-money: ## measure what posting, paying and the list of debts cost (ARGS="--help")
	@benchmarks/money $(ARGS)

bench-everyday: ## measure what everyday work costs (ARGS="--help" tells the options)
	@benchmarks/everyday $(ARGS)

bench-servers: ## 1, 2 and 4 servers and job workers on one PostgreSQL (ARGS="--help")
	@scripts/odoo --python benchmarks/bench_servers.py $(ARGS)

bench-memory: ## the memory of a server after 10,000 requests, and stock Odoo's (ARGS=)
	@scripts/odoo --python benchmarks/memory $(ARGS)

faults: ## kill Odoo and PostgreSQL at work, compare with a quiet run (ARGS="--help")
	@scripts/odoo --python benchmarks/fault_run.py $(ARGS)

faults-load: ## many people on several servers, check (ARGS="--help" tells the options)
	@scripts/odoo --python benchmarks/fault_load.py $(ARGS)

faults-proxy: ## two servers behind nginx, one is killed (ARGS="--replica"; --help)
	@scripts/setup_environment --quiet --proxy
	@scripts/odoo --python benchmarks/fault_proxy.py $(ARGS)

faults-abuse: ## one user does too much while a colleague works (ARGS="--help")
	@scripts/odoo --python benchmarks/fault_abuse.py $(ARGS)

check: ## check the ledger of a living database, read-only (DB=)
	@scripts/odoo --python scripts/check_ledger.py "$${DB:-spm_demo}" $(ARGS)

lint: ## check style and Odoo's conventions; fails on any finding
	@scripts/lint

format: ## rewrite Python, XML, JavaScript, CSS and JSON in the project's format
	@scripts/lint --fix

papers: ## write README.rst, page and pyproject.toml of each addon from readme/*.md
	@scripts/odoo --python scripts/addon_papers $(ARGS)

screenshots: ## make every picture of the documents again, in both languages (ARGS=NAME)
	@scripts/screenshots $(ARGS)

clicks: ## count the clicks of each daily job in a browser, write docs/clicks.md (ARGS=TEXT)
	@scripts/clicks $(ARGS)

docs: ## write again what the documents say of the code
	@scripts/tool scripts/check_docs --fix

walk: ## how many changes of file five ways through the code take (DB= ARGS=--moves)
	@scripts/odoo --python scripts/walk "$${DB:-spm_test}" $(ARGS)

new-addon: ## lay out an empty addon beside the others (NAME=sales_process_mgmt_…)
	@scripts/new_addon "$(NAME)" $(ARGS)

test-new-addon: ## lay one out, install it, run its test, remove it
	@scripts/new_addon --test

hooks: setup ## let git run the checks on what is committed (.pre-commit-config.yaml)
	@scripts/tool pre-commit install

pre-commit: ## run the checks of .pre-commit-config.yaml on all files (ARGS=HOOK)
	@scripts/setup_environment --quiet
	@scripts/tool pre-commit run --all-files $(ARGS)

shell: ## Odoo's Python shell (DB=)
	@scripts/odoo shell -d "$${DB:-spm_demo}" --no-http $(ARGS)

psql: ## a database prompt (DB=)
	@source scripts/environment.bash && psql "$${DB:-spm_demo}" $(ARGS)

stop: ## stop the environment's PostgreSQL
	@scripts/postgres stop

clean: ## delete the environment with all its databases
	@[[ ! -d .odoo/venv ]] || env -u PGHOST -u PGSERVICE scripts/postgres destroy
	@rm -rf .odoo
