#!/usr/bin/env bash
# Every agent that Logist drives, really run against a fake model on this machine: ./test.sh does it for three of them.
# Arguments go to dotnet test. Downloads 2 GB into artifacts/agents the first time.
set -uo pipefail
cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." || exit 1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

eng/agents/install.sh default && eng/agents/install.sh more || exit 1
./logist --version >/dev/null </dev/null || exit 1
LOGIST_TEST_AGENTS=all exec dotnet test --project tests/Logist.RealAgents.Tests -c Release "$@" </dev/null
