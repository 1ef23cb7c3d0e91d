#!/usr/bin/env bash
# What must hold before a release. Takes some minutes for each Python; writes into the folder given: wheels and sdists in
# `first`, a bill of materials of each package in `sbom`.
#
#     PYTHONS="python3.11 python3.12 python3.13" tools/check_release.sh dist
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
out=$(mkdir -p "${1:-$repository/dist}" && cd "${1:-$repository/dist}" && pwd)
read -ra pythons <<<"${PYTHONS:-python3}"
cd "$repository"
uv=$repository/.venv/bin/uv
packages=(dynamicsgp_client cin7core_client gp_cin7_bridge)
tools=(pytest pytest-randomly pytest-socket pytest-timeout pytest-xdist hypothesis vcrpy greenlet)
quick=(tests/dynamicsgp_client/contract tests/cin7core_client/contract tests/gp_cin7_bridge/mapping
  tests/gp_cin7_bridge/state/test_state.py tests/gp_cin7_bridge/test_flows.py tests/gp_cin7_bridge/test_cli.py
  tests/gp_cin7_bridge/sandbox/test_in_memory.py
  --deselect tests/gp_cin7_bridge/test_cli.py::test_another_writer_ends_in_4_and_nothing_is_written) # waits half a minute
extras='[cli,dbos,keyring,otel,postgres,web]'
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

wheel() { echo "$out/first/$1"-*.whl; }
environment() { # name python: an empty one
  rm -rf "${out:?}/$1" && "$uv" venv -q --python "$2" "$out/$1"
}
install() { # name what...
  "$uv" pip install -q --python "$out/$1/bin/python" "${@:2}"
}
tested() { # name tests...
  install "$1" "${tools[@]}"
  "$out/$1/bin/python" -m pytest -q -n 2 -p no:cacheprovider "${@:2}"
}

echo "== two builds are one; the wheels come from the sdists"
for round in first second; do
  rm -rf "${out:?}/$round"
  for package in "${packages[@]}"; do
    .venv/bin/python -m build --no-isolation --outdir "$out/$round" "src/$package" >"$out/build.log" 2>&1
  done
done
(cd "$out/first" && sha256sum -- *) | (cd "$out/second" && sha256sum --check --quiet -)
"$uv" tool run --quiet twine check --strict "$out"/first/*
.venv/bin/python -m pytest -q -p no:cacheprovider tests/test_repository.py

echo "== each wheel alone, with what it declares and nothing else; a bill of its materials"
mkdir -p "$out/sbom"
for package in "${packages[@]}"; do
  environment "alone-$package" "${pythons[0]}"
  siblings=()
  [ "$package" != gp_cin7_bridge ] || siblings=("$(wheel dynamicsgp_client)" "$(wheel cin7core_client)")
  install "alone-$package" "$(wheel "$package")" "${siblings[@]}"
  (cd "$out" && "alone-$package/bin/python" -W error -c "import $package")
  [ ${#siblings[@]} -eq 0 ] || install "alone-$package" "$(wheel "$package")$extras" "${siblings[@]}"
  "$uv" tool run --quiet --from cyclonedx-bom cyclonedx-py environment --output-reproducible \
    --pyproject "src/$package/pyproject.toml" --output-file "$out/sbom/$package.cdx.json" "$out/alone-$package"
  [ ${#siblings[@]} -gt 0 ] || tested "alone-$package" "tests/$package"/{contract,test_client.py,test_models.py} \
    --deselect tests/cin7core_client/test_client.py::test_the_sync_client_is_what_the_async_one_generates # needs ruff
done

all=("$(wheel dynamicsgp_client)" "$(wheel cin7core_client)" "$(wheel gp_cin7_bridge)$extras")
echo "== the oldest dependencies that the ranges allow"
environment oldest "${pythons[0]}"
install oldest --resolution lowest-direct "${all[@]}"
tested oldest "${quick[@]}"

for python in "${pythons[@]}"; do
  echo "== $("$python" --version)"
  name=python-$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  environment "$name" "$python"
  install "$name" "${all[@]}"
  "$out/$name/bin/python" tools/generate_api.py --check
  tested "$name" "${quick[@]}"
done

echo "== two type checkers agree on the installed types, and know every public one"
install "$name" mypy pyright
rm -rf "$out/types" && cp -r examples "$out/types" && cp tests/installed_types.py "$out/types" # beside the repository they would read its sources
cd "$out/types"
export PATH="$out/$name/bin:$PATH" # `pyright --verifytypes` finds packages by it alone
mypy --strict installed_types.py 0[1-7]*.py
pyright installed_types.py 0[1-7]*.py
for package in "${packages[@]}"; do
  pyright --ignoreexternal --verifytypes "$package" | grep -E "^(Type completeness|Symbols exported)"
done
printf 'ready: %s\n' "$out/first"
