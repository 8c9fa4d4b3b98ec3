# SPDX-License-Identifier: Apache-2.0
# The front door: each target sets up whatever it needs, once. The work is done by CMake and CTest in build/.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help setup build demo hex flash test prove datasheet drawings board soak bench numbers lint format clean

jobs := 2
packages := build/.packages
modules := node_modules/.package-lock.json
ninja := build/build.ninja
report := build/off-grid.html

help:
	@echo 'make demo    run a week of the off-grid system, leave a report in $(report)'
	@echo 'make hex     build the firmware for each board, in build/firmware/'
	@echo 'make flash   BOARD=nano PORT=/dev/ttyUSB0: write it into a part'
	@echo 'make test    run every test and check: every rule, both boards, a sample of what is random'
	@echo 'make prove   prove the claims of core/ from its sources (docs/PROOF.md); a part of make test'
	@echo 'make datasheet  simulate the reference circuit: the table, docs/DATASHEET.md, docs/BENCH.md, build/datasheet.csv, build/bom.csv'
	@echo 'make drawings   draw its sheets and waveforms anew, in docs/circuit/; a part of make datasheet'
	@echo 'make board   check the board in hardware/board/; Gerber and drill files, places and bill of materials in build/board/, its pictures'
	@echo 'make soak    SEED=1 MINUTES=15: the long campaigns, with seeds of their own'
	@echo 'make bench   measure the speed of the control law and of the twin'
	@echo 'make numbers puts these measurements into the README'
	@echo 'make lint    check style and rules of the sources alone'
	@echo 'make build   build the command, build/smallbms'
	@echo 'make format  lay the C sources out as make lint wants them'
	@echo 'make clean   remove all that was built'

$(packages): setup/packages.txt
	@bash setup/packages.sh
	@mkdir -p build
	@touch $@

$(modules): package-lock.json .npmrc | $(packages)
	npm ci
	@touch $@

$(ninja): | $(packages) $(modules)
	cmake -S . -B build -G Ninja

setup: $(packages) $(modules)

build: setup $(ninja)
	@cmake --build build --parallel $(jobs)

demo: build
	@status=0; build/smallbms run scenarios/off-grid.yaml --report $(report) || status=$$?; \
	echo; echo 'The report: $(CURDIR)/$(report) (open it in a browser)'; exit $$status

hex: build
	@cat build/firmware/SHA256SUMS build/firmware/smallbms-product.numbers

flash: build
	@command -v avrdude >/dev/null || { echo 'make flash: avrdude is not here: apt-get install avrdude' >&2; exit 1; }
	@bash firmware/atmega328p/flash.sh "$(BOARD)" "$(PORT)" $(PROGRAMMER)

test: build
	@cd build && ctest --parallel $(jobs) --output-on-failure

prove: $(packages)
	@/usr/bin/python3 tests/proof/prove.py

datasheet: drawings
	@python3 hardware/datasheet.py --write

drawings: $(packages)
	@python3 hardware/picture.py
	@python3 hardware/plots.py

board: $(packages)
	@/usr/bin/python3 hardware/board.py
	@/usr/bin/python3 hardware/fabricate.py

soak: build
	@bash tests/variant.sh fuzz >/dev/null
	@SEED="$(SEED)" MINUTES="$(MINUTES)" bash tests/soak.sh

bench: build
	@bash tests/numbers.sh

numbers: build
	@bash tests/numbers.sh --write

lint: build
	@bash tests/lint/run.sh

format: setup
	. tests/lint/sources.sh && c_and_h_files "$${product[@]}" tests | xargs -0 clang-format -i

clean:
	rm -rf build
