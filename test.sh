#!/usr/bin/env bash
# Everything that has to hold: builds with warnings as errors, runs every test and the demo, ends with "N passed, N failed".
# Arguments go to dotnet test, for example: ./test.sh --filter-class '*Terminal*'
set -uo pipefail
cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" || exit 1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

fail() {
    echo "test.sh: $1" >&2
    echo "0 passed, 1 failed"
    exit 1
}

# Programs that tests use, with the Debian package of each.
missing=()
for need in git:git strace:strace flock:util-linux; do
    command -v "${need%%:*}" >/dev/null || missing+=("${need##*:}")
done
if [[ ${#missing[@]} -gt 0 ]]; then
    [[ $(id -u) -eq 0 ]] || fail "please install: ${missing[*]} (not root, so it cannot be done here)"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -o DPkg::Lock::Timeout=300 -qq update >&2 || fail "apt-get update failed"
    apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends "${missing[@]}" >&2 || fail "apt-get install ${missing[*]} failed"
fi
command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing"

dotnet restore Logist.slnx --locked-mode -v:q || fail "restore failed"
dotnet build Logist.slnx -c Release --no-restore -warnaserror -nodeReuse:false -tl:off -v:q || fail "the build failed"
# Builds only when something is left to do, and takes the launcher's lock: tests find it ready.
./logist --version >/dev/null || fail "./logist does not start"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet test --solution Logist.slnx -c Release --no-build --no-progress "$@" 2>&1 | tee "$log"
rc=${PIPESTATUS[0]}
count() { sed -nE "s/^ *$1: ([0-9]+).*/\1/p" "$log" | tail -n 1; }
passed=$(count succeeded) failed=$(count failed)
passed=${passed:-0} failed=${failed:-0}
# A test program that crashed or found no tests has failed without counting it.
[[ $rc -ne 0 && $failed -eq 0 ]] && failed=1

if [[ -x scripts/demo.sh && $# -eq 0 ]]; then
    if scripts/demo.sh; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
fi

echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
