# The front door. Meson builds (meson.build); this calls it, and sees to what it needs. `make help` lists the targets.
BUILD = build
PREFIX = /usr/local
TRACE ?= examples/webload.trace
SECONDS = 60
TARGETS =
SHAPES =
NINJA := $(or $(shell command -v ninja),$(shell command -v samu),ninja)
NODE_MODULES = web/node_modules/.package-lock.json
MAKEFLAGS += --no-print-directory

.PHONY: all run test bench fuzz lint install deps test-deps clean help

# $(call ninja,TARGET): silent but for warnings, and for everything when the build fails.
define ninja
@$(NINJA) -C $(BUILD) -n $1 2>/dev/null | grep -q 'no work to do' || echo "building $(BUILD)/$1"
@said=$$($(NINJA) -C $(BUILD) $1 2>&1) || { echo "$$said"; exit 1; }; \
case $$said in *warning:*) echo "$$said" | grep -v -E '^(ninja: |\[[0-9]+/[0-9]+\] )' ;; esac
endef

all: $(BUILD)/build.ninja | $(NODE_MODULES)
	$(call ninja,kymo)

$(BUILD)/build.ninja: | $(NODE_MODULES)
	@command -v meson >/dev/null || { echo "meson is missing: make deps"; exit 1; }
	@tools/quietly "meson setup $(BUILD)" meson setup $(BUILD)

# The file that npm writes last.
$(NODE_MODULES): web/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: make deps"; exit 1; }
	@cd web && ../tools/quietly "npm ci, in web/" npm ci && touch node_modules/.package-lock.json

run: deps
	@$(MAKE) all
	@exec $(BUILD)/kymo '$(TRACE)'

test: test-deps
	@$(MAKE) all
	@tests/run

bench: all
	$(call ninja,measure)
	$(call ninja,gen)
	@bench/run $(BUILD) $(if $(SHAPES),--shapes) $(if $(filter file,$(origin TRACE)),,$(TRACE))

fuzz: | $(NODE_MODULES)
	@node fuzz/run.mjs $(SECONDS) $(TARGETS)

lint: $(BUILD)/build.ninja
	@tools/lint.sh $(BUILD)

install: all
	@meson configure $(BUILD) -Dprefix=$(abspath $(PREFIX))
	$(call ninja,kymo)
	@DESTDIR=$(DESTDIR) meson install -C $(BUILD) --no-rebuild

deps:
	@tools/install-deps.sh build
	@$(MAKE) -s $(NODE_MODULES)

test-deps:
	@tools/install-deps.sh test
	@$(MAKE) -s $(NODE_MODULES)

clean:
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-tsan build-fuzz web/dist

help:
	@echo "make              build $(BUILD)/kymo"
	@echo "make run          install what is missing, build, open a trace in the viewer; TRACE=file (default $(TRACE))"
	@echo "make test         install what is missing, build, run all tests; tests/run GROUP... runs some"
	@echo "make bench        measure against the budgets; TRACE=file; SHAPES=1 also generated traces of all shapes"
	@echo "make fuzz         run the fuzz targets, SECONDS=60 each; TARGETS=\"fuzz_v1 ...\" for some"
	@echo "make lint         formatting, static analysis, types"
	@echo "make install      into PREFIX (default $(PREFIX)), below DESTDIR"
	@echo "make deps         install what building needs"
	@echo "make test-deps    install what building and testing need"
	@echo "make clean        remove what was built"
