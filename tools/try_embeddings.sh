#!/usr/bin/env bash
# Try the bridge inside Prefect and Airflow, each in an environment of its own that is thrown away; prints what they said.
# Usage: tools/try_embeddings.sh > log    (needs network; a few minutes)
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
uv=${UV:-$top/.venv/bin/uv}

made() { # made NAME PACKAGE: an environment with the package and the bridge
  "$uv" venv -q "$work/$1"
  "$uv" pip install -q --python "$work/$1/bin/python" "$2" \
    "$top/src/dynamicsgp_client" "$top/src/cin7core_client" "$top/src/gp_cin7_bridge"
}

cat >"$work/site.py" <<'PY'
"""Both systems simulated in a folder while a command runs."""
import os, subprocess, sys
from pathlib import Path
from gp_cin7_bridge.sandbox.datasets import dataset
from gp_cin7_bridge.sandbox.simulators import Simulators

with Simulators(Path(sys.argv[1]), dataset("demo"), calls=6000, per=60) as simulators:
    os.environ["CONNECTION"] = str(simulators.settings)
    code = subprocess.run(sys.argv[2:], check=False).returncode
    print("vouchers in GP:", len(simulators.gp.sql("SELECT 1 FROM PM10000")))
sys.exit(code)
PY
