#!/usr/bin/env bash
# The browser of the tests of the status page and of its pictures, on Debian, as root.
set -euo pipefail

if ! command -v chromium >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium
fi
