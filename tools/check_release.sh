#!/usr/bin/env bash
# What must hold before a release: identical builds, types that two checkers agree on, the oldest dependencies that the
# ranges allow, every Python in $PYTHONS, and a bill of materials. Takes some minutes; writes into the folder given.
#
#     PYTHONS="python3.11 python3.12 python3.13" tools/check_release.sh dist
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
out=$(mkdir -p "${1:-$repository/dist}" && cd "${1:-$repository/dist}" && pwd)
uv=$repository/.venv/bin/uv
packages=(dynamicsgp_client cin7core_client gp_cin7_bridge)
tools=(pytest pytest-randomly pytest-socket pytest-timeout pytest-xdist hypothesis vcrpy greenlet)
tests=(tests/dynamicsgp_client/contract tests/cin7core_client/contract tests/gp_cin7_bridge/mapping
  tests/gp_cin7_bridge/test_flows.py tests/gp_cin7_bridge/sandbox/test_in_memory.py)
extras='[cli,keyring,postgres,web]'
cd "$repository"
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

echo "== two builds are one"
for round in first second; do
  rm -rf "${out:?}/$round"
  for package in "${packages[@]}"; do
    .venv/bin/python -m build --no-isolation --outdir "$out/$round" "src/$package" >"$out/build.log" 2>&1
  done
done
(cd "$out/first" && sha256sum -- *) | (cd "$out/second" && sha256sum --check --quiet -)
wheels=("$out"/first/*.whl)

installed() { # folder python resolution: an environment of the wheels, their dependencies, and what runs the tests
  rm -rf "${out:?}/$1"
  "$uv" venv -q --python "$2" "$out/$1"
  "$uv" pip install -q --python "$out/$1" --resolution "$3" "${wheels[@]::2}" "${wheels[2]}$extras"
  "$uv" pip install -q --python "$out/$1" "${tools[@]}"
}

echo "== the oldest dependencies that the ranges allow"
installed oldest "${repository}/.venv/bin/python" lowest-direct
"$out/oldest/bin/python" -m pytest -q -n 2 -p no:cacheprovider "${tests[@]}"

for python in ${PYTHONS:-python3}; do
  name=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
  echo "== $name"
  installed "$name" "$python" highest
  "$out/$name/bin/python" -m pytest -q -n 2 -p no:cacheprovider "${tests[@]}"
done

echo "== two type checkers agree on the installed types"
"$uv" pip install -q --python "$out/$name" mypy pyright
rm -rf "$out/examples" && cp -r examples "$out/examples" # beside the repository they would read its sources
cd "$out/examples"
"$out/$name/bin/python" -m mypy --strict 0[1-7]*.py
"$out/$name/bin/python" -m pyright --pythonpath "$out/$name/bin/python" 0[1-7]*.py

echo "== a bill of materials"
"$uv" tool run --quiet --from cyclonedx-bom cyclonedx-py environment --output-reproducible --output-file "$out/sbom.json" "$out/$name"
printf 'ready: %s\n' "$out/first"
