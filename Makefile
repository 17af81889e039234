# `make help` lists what there is.
export PKG_CONFIG_PATH := $(CURDIR)/.deps/pkgconfig:$(PKG_CONFIG_PATH)
export PYTHONPATH := $(CURDIR)/.deps/python:$(PYTHONPATH)
export PYTHONDONTWRITEBYTECODE := 1

HOST ?= 127.0.0.1
PORT ?= 8080
DATA ?= data
SECONDS ?= 60
MINUTES ?= 60
SOURCES := Sources Tests Package.swift Benchmarks/Package.swift Benchmarks/Sources
# More flags for `swift test`: another configuration, another folder to build in.
TEST_FLAGS ?=
# How many processes run the suites from outside; 0 is this one. Browser tests keep both cores busy by themselves.
WORKERS ?= 2
BROWSER_WORKERS ?= 0

.DEFAULT_GOAL := help
.PHONY: help setup build serve demo pictures-of-pages test test-fast test-swift test-conformance test-web test-browser soak fuzz \
	soak-server backup restore rehearsal format format-check check-architecture benchmark benchmark-programs benchmark-core benchmark-surge benchmark-lab benchmark-sim benchmark-pages \
	clean

help: ## list the commands
	@printf 'Heatsink: an image-generation service that keeps serving everybody.\n\n'
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-18s %s\n", $$1, $$2}'
	@printf '\nVariables of make serve: HOST (%s), PORT (%s), DATA (%s)\n' '$(HOST)' '$(PORT)' '$(DATA)'

setup: ## install what a build needs (Debian packages, OpenVINO, model weights)
	@Scripts/setup

build: setup ## build the release binary, .build/release/heatsink
	@swift build -c release --product heatsink

serve: build ## set up everything and run the server
	@exec .build/release/heatsink serve --host $(HOST) --port $(PORT) --data $(DATA)

demo: build ## a surge to watch: starts a server, plays ninety seconds of a viral day (PORT=N)
	@PORT=$(PORT) Scripts/demo

pictures-of-pages: build ## take the screenshots of the documentation again
	@Scripts/setup --tests
	@Scripts/make-screenshots

test: ## set up everything and run all tests
	@Scripts/setup --tests
	@$(MAKE) --no-print-directory test-swift
	@swift build -c release --product heatsink
	@$(MAKE) --no-print-directory test-conformance
	@$(MAKE) --no-print-directory test-web
	@$(MAKE) --no-print-directory test-browser

# Tests of the tools: no server.
TOOL_TESTS := Tests/Conformance/test_architecture_check.py Tests/Conformance/test_soak_checks.py

test-fast: ## what needs no server and no browser: five minutes on two cores, after a debug build
	@$(MAKE) --no-print-directory format-check check-architecture
	@Scripts/setup --tests
	@python3 -m pytest -q $(TOOL_TESTS)
	@$(MAKE) --no-print-directory test-web
	@$(MAKE) --no-print-directory test-swift

# Worlds and days keep all processors busy for seconds at a time, and so does painting: clients with a patience of their
# own are tested apart from both.
PURE_TESTS := SurgeCoreTests|SurgeLabTests|ScenariosTests|PasskeysTests|StrictJSONTests
CLIENT_TESTS := SurgeLoadTests

test-swift:
	@swift test $(TEST_FLAGS) --filter '$(PURE_TESTS)'
	@swift test $(TEST_FLAGS) --skip-build --filter '$(CLIENT_TESTS)'
	@swift test $(TEST_FLAGS) --skip-build --skip '$(PURE_TESTS)|$(CLIENT_TESTS)'

test-conformance: ## outside clients against the real server (after make test has set up and built)
	@python3 -m pytest Tests/Conformance -m 'not alone' -n $(WORKERS) --dist loadfile
	@python3 -m pytest Tests/Conformance -m alone

# Playwright's package brings a node of its own, so none has to be installed and it is the same everywhere.
test-web: ## the pages' modules by themselves (after make test has set up)
	@.deps/python/playwright/driver/node --test 'Web/tests/*.test.mjs'

test-browser: ## the pages in a real browser (after make test has set up and built)
	@python3 -m pytest Tests/Browser -n $(BROWSER_WORKERS) --dist loadfile

soak: ## a hundred million random events against the core's promises (minutes; SEED=N repeats one)
	@HEATSINK_EVENTS=100000000 HEATSINK_SEED=$(SEED) swift test -c release -Xswiftc -enable-testing --filter SurgeCoreTests.PromiseTests

soak-server: ## an hour of clients, attacks and faults against the real server (MINUTES=N; SEED=N repeats the actions)
	@Scripts/setup --tests
	@swift build -c release --product heatsink
	@python3 Tests/Soak/soak.py --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

backup: ## copy what the server keeps, also while it runs (DATA=folder TO=new folder)
	@test -n '$(TO)' || { echo 'say where to: make backup TO=folder'; exit 2; }
	@.build/release/heatsink backup '$(TO)' --data '$(DATA)'

restore: ## make a data folder from a backup (FROM=backup DATA=new folder)
	@test -n '$(FROM)' || { echo 'say where from: make restore FROM=folder DATA=new folder'; exit 2; }
	@.build/release/heatsink restore '$(FROM)' --data '$(DATA)'

rehearsal: ## random faults against the core and its recovery, for a minute (SECONDS=N; SEED=N repeats a run)
	@swift build -c release --product rehearsal
	@.build/release/rehearsal --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

# Ten minutes, unless SECONDS is named.
fuzz: ## mutated input against the parsers of bodies and headers, ten minutes with libFuzzer (SECONDS=N)
	@Scripts/fuzz $(if $(filter file,$(origin SECONDS)),600,$(SECONDS))

format: ## format all Swift code
	@swift format --in-place --recursive --parallel $(SOURCES)

format-check: ## check the format of all Swift code
	@swift format lint --strict --recursive --parallel $(SOURCES)

check-architecture: ## check which target and folder uses which, forbidden calls, long files and functions
	@Scripts/check-architecture

benchmark: ## measure this machine: throughput, memory, start-up
	@Scripts/setup --tests
	@swift build -c release --product heatsink
	@python3 Benchmarks/throughput.py
	@python3 Benchmarks/memory.py

benchmark-programs: ## build the programs of Benchmarks/Sources into Benchmarks/.build/release
	@swift build -c release --package-path Benchmarks

benchmark-core: ## measure the scheduling core alone
	@cd Benchmarks/Core && swift package benchmark

benchmark-surge: ## overload with the real engine, beside first-come dispatch (about 20 minutes)
	@Scripts/setup --tests
	@swift build -c release --product heatsink
	@python3 Benchmarks/surge.py

benchmark-sim: ## the laboratory against the live server, figure by figure (about 20 minutes on a quiet machine)
	@Scripts/setup --tests
	@swift build -c release --product heatsink
	@python3 Benchmarks/sim-vs-live.py

benchmark-pages: ## the pages' weight and first paint, and 2,000 of them open (about four minutes)
	@Scripts/setup --tests
	@swift build -c release --product heatsink
	@python3 Benchmarks/pages.py

benchmark-lab: ## the laboratory's speed and memory, and the week's peak under several policies (minutes)
	@swift build -c release --product heatsink
	@python3 Benchmarks/lab.py

clean: ## remove what was built (not .deps, not data)
	@rm -rf .build
