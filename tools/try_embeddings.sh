#!/usr/bin/env bash
# Try the bridge inside Prefect and Airflow, each in an environment that is thrown away. Some minutes, needs a package index.
#   tools/try_embeddings.sh > log
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
uv=${UV:-$top/.venv/bin/uv}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work PREFECT_HOME=$work/prefect-home AIRFLOW_HOME=$work/airflow-home AIRFLOW__CORE__LOAD_EXAMPLES=False
export AIRFLOW__CORE__DAGS_FOLDER=$top/examples/embedding PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS=120

cat >"$work/between.py" <<'PY'
"""Run a command between two simulators, and count the vouchers."""
import os, subprocess, sys
from pathlib import Path
from gp_cin7_bridge.sandbox.datasets import dataset
from gp_cin7_bridge.sandbox.simulators import Simulators

with Simulators(Path(sys.argv[1]), dataset("demo"), calls=6000, per=60) as simulators:
    for _round in range(2):
        subprocess.run(sys.argv[2:], check=True, env={**os.environ, "CONNECTION": str(simulators.settings)})
        print("vouchers in GP:", len(simulators.gp.sql("SELECT 1 FROM PM10000")), flush=True)
PY

tried() { # tried NAME PACKAGE COMMAND...: with "PATH" of an environment of its own, twice
  local name=$1 package=$2
  shift 2
  "$uv" venv -q "$work/$name"
  "$uv" pip install -q --python "$work/$name/bin/python" "$package" \
    "$top/src/dynamicsgp_client" "$top/src/cin7core_client" "$top/src/gp_cin7_bridge"
  PATH=$work/$name/bin:$PATH
  echo "== $package, $("$uv" pip list -q --python "$work/$name/bin/python" | tail -n +3 | wc -l) packages"
  "$uv" pip list -q --python "$work/$name/bin/python" | grep -iE "^(prefect|apache-airflow) "
  if [ "$name" = airflow ]; then airflow db migrate >/dev/null 2>&1; fi
  python "$work/between.py" "$work/site-$name" "$@" 2>&1 |
    grep -v "^\[" | grep -E "created|vouchers in GP|Finished in state|DagRun Finished" | cut -c1-120
}

tried prefect 'prefect>=3.6' python "$top/examples/embedding/prefect_flow.py"
tried airflow 'apache-airflow>=3' airflow dags test bridge
