# The front door. `make run` and `make test` do all their own set-up.

.PHONY: run test test-clients lint bless bench bench-check bench-features fuzz soak ci setup web
.DELETE_ON_ERROR:

run: setup web
	cargo build --release --locked
	@scripts/run

# The whole suite on SQLite, again on PostgreSQL, then in a browser.
test: setup-test web
	cargo test --locked
	tests/with-postgres cargo test --locked --test suite
	scripts/validate-openapi
	tests/examples
	SENTRA_BIN=$(CURDIR)/target/debug/sentra npm --prefix web test

# GDAL, pyogrio, OWSLib, QGIS and DuckDB read every collection of /ogc; then the conformance suite.
test-clients: setup-clients web
	cargo build --locked
	SENTRA_BIN=$(CURDIR)/target/debug/sentra tests/clients/run

lint: setup web/node_modules/.package-lock.json
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	npm --prefix web run check

# Regenerates what is committed and generated.
bless: web/node_modules/.package-lock.json
	cargo fmt
	cargo run --locked --quiet -- openapi > target/openapi.json && mv target/openapi.json openapi/openapi.json
	npm --prefix web run types
	cargo run --locked --quiet -- access > target/access.md && mv target/access.md docs/access.md

# Speed and memory on a generated set, with PostGIS beside it, as a table. ROWS, BENCH_DIR: see
# docs/benchmarks.md.
bench: setup-bench web
	cargo build --release --locked
	cargo bench --locked --no-run --bench atlas
	@python3 benches/bench.py

# Only that the answers are PostGIS's.
bench-check: setup-bench web
	cargo build --release --locked
	@python3 benches/bench.py --check

# Pages of features in a box, pygeoapi and tipg on PostGIS beside it.
bench-features: setup-bench web
	cargo build --release --locked
	@python3 benches/features.py

# The readers of lists against damaged files of every format. SECONDS of it; CASE=N begins at that one.
SECONDS ?= 600
CASE ?= 0
fuzz:
	SENTRA_FUZZ_SECONDS=$(SECONDS) SENTRA_FUZZ_CASE=$(CASE) cargo test --locked --test suite fuzzing::readers -- --ignored --nocapture

# Checks that take longer than a minute; the fuzzer of `make fuzz` is among them.
soak: setup-soak web
	for round in $$(seq 20); do cargo test --locked --test suite durability:: || exit 1; done
	tests/with-postgres cargo test --locked --test suite durability::
	cargo test --locked --test suite -- --ignored --nocapture --test-threads 1
	cargo build --release --locked
	tests/killed-import
	tests/campaign/check-fill
	SENTRA_BIN=target/release/sentra tests/campaign/run
	SENTRA_BIN=target/release/sentra tests/with-postgres tests/campaign/run
	tests/mirror/run
	tests/with-postgres tests/mirror/run
	tests/fuzz-api
	tests/with-postgres tests/fuzz-api
	tests/with-postgres cargo test --locked --test suite -- --ignored --nocapture --test-threads 1

ci: lint test

.PHONY: setup-test setup-soak setup-bench setup-clients
setup:
	@scripts/setup
setup-test:
	@scripts/setup test
setup-soak:
	@scripts/setup soak
setup-bench:
	@scripts/setup bench
setup-clients:
	@scripts/setup clients

web: web/dist/index.html
web/dist/index.html: web/node_modules/.package-lock.json $(shell find web/src web/public docs/examples -type f 2>/dev/null) web/index.html web/vite.config.ts
	npm --prefix web run build
web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	npm --prefix web ci --no-audit --no-fund
	@touch $@
