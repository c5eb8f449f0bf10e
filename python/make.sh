#!/usr/bin/env bash
# Makes the tiny policy again, in a virtual environment of its own (python/.venv).
set -euo pipefail
cd "$(dirname "$0")"
[ -d .venv ] || python3 -m venv .venv
.venv/bin/pip install --quiet --only-binary :all: --requirement requirements.txt
exec .venv/bin/python -m rlvr_train.make "$@"
