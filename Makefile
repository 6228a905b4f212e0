# Each target is one line that says where the work is done: cargo, npm or scripts/.
.PHONY: run dev test unit lint format e2e bench crash crash-some sim peers bindings runbook clean

# Always the whole workspace, tests included: cargo then chooses the same features of every library, and what one
# target has built the next one finds. A command for one crate would build half of them again.
cargo_everything = --workspace --tests --bins
ui_sources := $(shell find ui -path ui/node_modules -prune -o -path ui/dist -prune -o -type f -print)

run: ui/dist/index.html                      ## build the window and open it on a demo company
	cargo build -p purser-desktop
	target/debug/purser-desktop --demo

dev: setup-run                               ## the window on your own data folder, the UI reloading as you edit it
	scripts/dev

test: setup-test unit peers crash-some e2e   ## everything that must hold before a change lands

unit: setup-test ui/dist/index.html
	cargo build $(cargo_everything)          # the spec tests call the command line as a program
	cargo nextest run --workspace
	npm --prefix ui test

crash: setup-test                                    ## kill -9 at every named point, and 10,000 times at random
	PURSER_CRASH_RUNS=$${PURSER_CRASH_RUNS:-10000} scripts/crash --profile long

crash-some: setup-test                               ## the same with 200 random kills, as `make test` runs it
	PURSER_CRASH_RUNS=$${PURSER_CRASH_RUNS:-200} scripts/crash

# Optimised: a year of one seed takes a minute so, and forty without.
sim: setup-bench ui/dist/index.html                  ## a simulated year with faults, audited, for each of 20 seeds
	PURSER_SIM_SEEDS=$${PURSER_SIM_SEEDS:-20} cargo test --profile bench --workspace --test sim -- --ignored --nocapture

peers: setup-test                                    ## other people's programs read what we write; each must be there
	cargo build $(cargo_everything)
	tests/peers/exports.sh
	tests/peers/keychain.sh
	tests/peers/localstripe.sh
	tests/peers/mail.sh
	tests/peers/restore.sh
	tests/peers/schedules.sh

e2e: setup-test ui/dist/index.html                      ## the real window, driven like a person would
	cargo build $(cargo_everything)
	tests/e2e/run

bench: setup-bench ui/dist/index.html        ## a table of what is promised about speed; the window and a peer with it
	cargo build --profile bench --workspace --bins --example empty_window --bench bench
	cargo bench --workspace --bench bench

lint: ui/dist/index.html
	scripts/lint

bindings:                                    ## the UI's types from the engine's
	cargo run --quiet -p purser-engine --example bindings > ui/src/api/bindings.ts

runbook:                                     ## the jobs' runbook in the README from the jobs
	cargo run --quiet -p purser-engine --example runbook README.md

format:
	cargo fmt --all
	npm --prefix ui run format --if-present

clean:                                       ## build results of the UI and pictures; cargo's own stay
	rm -rf ui/dist tests/e2e/shots

setup-%:
	@scripts/setup $*

# The order-only prerequisite is looked at each time and never makes the UI out of date by itself.
ui/dist/index.html: $(ui_sources) | setup-run
	npm --prefix ui run build
