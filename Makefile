# Two commands do all the set-up on a Debian machine with Rust and Node:
#   make demo   builds Townhall and serves a portal made from real open data
#   make test   installs what the tests need and runs them all
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo build web test fmt lint deny unit browser setup-test screenshots bench clean

# A build cache outside the checkout, where there is one, is shared by all checkouts.
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/townhall
ifneq ($(wildcard $(CACHE)/target),)
export CARGO_TARGET_DIR ?= $(CACHE)/target
endif
TARGET := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
TOWNHALL := $(TARGET)/debug/townhall
TOOLS := $(CACHE)/tools
export PATH := $(TOOLS)/bin:$(PATH)

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: build demo/dist/catalog.json ## Build and serve the demonstration portal
	$(TOWNHALL) demo --from demo/dist $(DEMO_FLAGS)

build: web ## Build the binary (development profile: see docs/benchmarks.md for why)
	@if [ ! -x $(TOWNHALL) ]; then echo 'Compiling Townhall and its libraries. The first time this takes about eight minutes on two cores, nearly all of it the compiler.'; fi
	cargo build --locked --workspace --bin townhall

web: web/dist/manifest.json ## Build the styles and scripts

web/dist/manifest.json: web/package.json web/package-lock.json $(shell find web/src web/scripts web/*.mjs -type f 2>/dev/null)
	cd web && npm ci --no-audit --no-fund && npm run build

demo/dist/catalog.json: demo/package.json demo/package-lock.json demo/build.mjs demo/site.toml $(shell find demo/datasets demo/lib -type f 2>/dev/null)
	cd demo && npm ci --no-audit --no-fund && node build.mjs

test: setup-test fmt web demo/dist/catalog.json unit browser lint deny ## Install what the tests need and run them all

setup-test:
	scripts/setup-test

fmt:
	cargo fmt --all --check

lint: ## Run clippy, warnings as errors
	cargo clippy --locked --workspace --all-targets --features townhall/cluster -- -D warnings

deny: ## Check licences, sources and that each heavy dependency stays in its crate
	cargo deny --log-level error check bans licenses sources
	cargo run --locked --quiet --package xtask -- deps

# Databases are asked over ODBC, too, where its headers are; one run, so that nothing is built twice.
FEATURES = --features townhall/cluster $(if $(wildcard /usr/include/sqlext.h),--features townhall-databases/odbc)

unit: ## Run every Rust test, those of the query cluster too
	scripts/with-test-env cargo nextest run --locked --workspace $(FEATURES) --no-fail-fast

# The program that the tests were built with: without their features the libraries would be compiled once more.
browser: web demo/dist/catalog.json ## Run the browser journeys against the real binary
	cargo build --locked --workspace --tests --bin townhall $(FEATURES)
	cd e2e/browser && npm ci --no-audit --no-fund
	scripts/with-test-env e2e/browser/run --binary $(TOWNHALL) --demo demo/dist

screenshots: build demo/dist/catalog.json ## Make the pictures of the README again
	cd e2e/browser && npm ci --no-audit --no-fund && node screenshots.mjs --binary $(TOWNHALL) --demo ../../demo/dist

clean: ## Remove what was built in this checkout
	rm -rf target web/dist web/node_modules demo/dist demo/node_modules e2e/browser/node_modules .venv
