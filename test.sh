#!/usr/bin/env bash
# Everything that has to hold: builds with warnings as errors, runs every test and the demo, ends with "N passed, N failed".
# Arguments go to dotnet test, for example: ./test.sh --filter-class '*Terminal*'
set -uo pipefail
cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" || exit 1
# Nothing that outlives this script may hold its output: whoever reads that would wait for it.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

fail() {
    echo "test.sh: $1" >&2
    echo "0 passed, 1 failed"
    exit 1
}

# Programs that tests use, with the Debian package of each.
missing=()
for need in git:git strace:strace flock:util-linux npm:npm; do
    command -v "${need%%:*}" >/dev/null || missing+=("${need##*:}")
done
if [[ ${#missing[@]} -gt 0 ]]; then
    [[ $(id -u) -eq 0 ]] || fail "please install: ${missing[*]} (not root, so it cannot be done here)"
    command -v apt-get >/dev/null || fail "please install: ${missing[*]} (no apt-get, so it cannot be done here)"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -o DPkg::Lock::Timeout=300 -qq update >&2 || fail "apt-get update failed"
    apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends "${missing[@]}" >&2 || fail "apt-get install ${missing[*]} failed"
fi
command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing"

# Real agents, once for all runs.
eng/agents/install.sh default </dev/null || fail "the agents that tests drive cannot be installed"

# The launcher builds in the same directories.
mkdir -p artifacts && exec 9>artifacts/logist.lock && flock 9 || fail "artifacts/logist.lock cannot be taken"
dotnet restore Logist.slnx --locked-mode -v:q </dev/null 9>&- || fail "restore failed"
dotnet build Logist.slnx -c Release --no-restore -warnaserror -p:UseSharedCompilation=false -tl:off -v:q </dev/null 9>&- || fail "the build failed"
exec 9>&-
# Builds only when something is left to do; tests find it ready.
./logist --version >/dev/null </dev/null || fail "./logist does not start"

log=$(mktemp) || fail "no temporary file can be made"
trap 'rm -f "$log"' EXIT
# One test program at a time: some have real-time limits that a second one beside them on two cores would break.
dotnet test --solution Logist.slnx -c Release --no-build --no-progress --max-parallel-test-modules 1 "$@" </dev/null 2>&1 | tee "$log"
rc=${PIPESTATUS[0]}
count() { sed -nE "s/^ *$1: ([0-9]+).*/\1/p" "$log" | tail -n 1; }
passed=$(count succeeded) failed=$(count failed)
passed=${passed:-0} failed=${failed:-0}
# A test program that crashed or found no tests has failed without counting it.
[[ $rc -ne 0 && $failed -eq 0 ]] && failed=1

if [[ $# -eq 0 ]]; then
    scripts/demo.sh </dev/null 2>&1 | tee "$log"
    rc=${PIPESTATUS[0]}
    bad=$(grep -c '^FAIL ' "$log")
    [[ $rc -ne 0 && $bad -eq 0 ]] && bad=1
    passed=$((passed + $(grep -c '^ok ' "$log"))) failed=$((failed + bad))
fi

echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
