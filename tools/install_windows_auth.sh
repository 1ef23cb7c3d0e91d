#!/usr/bin/env bash
# What the third-party tests of Windows authentication need, on Debian, as root: httpd with mod_auth_gssapi, NTLM and
# Kerberos of other authors, and the Kerberos extra of the client. No service is started.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(apache2-bin libapache2-mod-auth-gssapi gss-ntlmssp krb5-kdc krb5-admin-server krb5-user libkrb5-dev gcc)
if ! dpkg -s "${packages[@]}" >/dev/null 2>&1; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${packages[@]}"
fi
if [ -x .venv/bin/python ]; then
  .venv/bin/uv pip install --quiet "pyspnego[kerberos]"
fi
