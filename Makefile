# `make help` lists what there is.
export PKG_CONFIG_PATH := $(CURDIR)/.deps/pkgconfig:$(PKG_CONFIG_PATH)
export PYTHONPATH := $(CURDIR)/.deps/python:$(PYTHONPATH)
export PYTHONDONTWRITEBYTECODE := 1

HOST ?= 127.0.0.1
PORT ?= 8080
DATA ?= data
SECONDS ?= 60
SOURCES := Sources Tests Package.swift

.DEFAULT_GOAL := help
.PHONY: help setup build serve test test-swift test-conformance soak rehearsal format format-check benchmark benchmark-core \
	benchmark-surge benchmark-lab benchmark-sim clean

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

test: ## set up everything and run all tests
	@Scripts/setup --tests
	@$(MAKE) --no-print-directory test-swift
	@swift build -c release --product heatsink
	@$(MAKE) --no-print-directory test-conformance

# Worlds and days keep all processors busy for seconds at a time: clients and servers are tested apart from them.
PURE_TESTS := SurgeCoreTests|SurgeLabTests|ScenariosTests

test-swift:
	@swift test --filter '$(PURE_TESTS)'
	@swift test --skip '$(PURE_TESTS)'

test-conformance:
	@python3 -m pytest Tests/Conformance

soak: ## a hundred million random events against the core's promises (minutes; SEED=N repeats one)
	@HEATSINK_EVENTS=100000000 HEATSINK_SEED=$(SEED) swift test -c release -Xswiftc -enable-testing --filter SurgeCoreTests.PromiseTests

rehearsal: ## random faults against the core and its recovery, for a minute (SECONDS=N; SEED=N repeats a run)
	@swift build -c release --product rehearsal
	@.build/release/rehearsal --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

format: ## format all Swift code
	@swift format --in-place --recursive --parallel $(SOURCES)

format-check: ## check the format of all Swift code
	@swift format lint --strict --recursive --parallel $(SOURCES)

benchmark: ## measure this machine: throughput, memory, start-up
	@Scripts/setup --tests
	@swift build -c release --product heatsink
	@python3 Benchmarks/throughput.py
	@python3 Benchmarks/memory.py

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

benchmark-lab: ## the laboratory's speed and memory, and the week's peak under several policies (minutes)
	@swift build -c release --product heatsink
	@python3 Benchmarks/lab.py

clean: ## remove what was built (not .deps, not data)
	@rm -rf .build
