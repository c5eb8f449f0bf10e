#!/usr/bin/env bash
# Builds the benchmark's policy in bench/.policy: graphs, tokenizer and random weights of bench/policy-config.json.
# PYTHON names the Python that has the requirements of python/ (default: python/.venv/bin/python).
set -euo pipefail
cd "$(dirname "$0")/.."
PYTHONPATH=python "${PYTHON:-python/.venv/bin/python}" -m rlvr_train.make graphs \
  --config bench/policy-config.json --out bench/.policy --seed 1
