#!/usr/bin/env bash
# Everything that has to hold: builds with warnings as errors, runs every test and the demo, ends with "N passed, N failed".
# Arguments go to dotnet test, for example: ./test.sh --filter-class '*Terminal*'
set -uo pipefail
cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" || exit 1
# Nothing that outlives this script may hold its output: whoever reads that would wait for it.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
export npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false

fail() {
    echo "test.sh: $1" >&2
    echo "0 passed, 1 failed"
    exit 1
}

# Programs that tests use, with the Debian package of each.
missing=()
for need in git:git strace:strace flock:util-linux npm:npm curl:curl chromium:chromium; do
    command -v "${need%%:*}" >/dev/null || missing+=("${need##*:}")
done
# A browser without any font measures nothing.
[[ " ${missing[*]-} " == *" chromium "* ]] && missing+=(fonts-dejavu-core)
# Not on PATH: several versions may be there.
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
if [[ ${#missing[@]} -gt 0 ]]; then
    [[ $(id -u) -eq 0 ]] || fail "please install: ${missing[*]} (not root, so it cannot be done here)"
    command -v apt-get >/dev/null || fail "please install: ${missing[*]} (no apt-get, so it cannot be done here)"
    export DEBIAN_FRONTEND=noninteractive
    # Tests start a server of their own; the package would start one for everybody.
    if [[ " ${missing[*]} " == *" postgresql "* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
        mkdir -p /etc/postgresql-common && echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    fi
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
# The Runs Center's tests need its packages and its build.
eng/web.sh </dev/null || fail "the Runs Center cannot be built"
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

# One suite of the page: its reporter leaves {passed, failed} of its own; a suite that says nothing has failed.
page_suite() {
    local name=$1 said
    shift
    rm -f "$log.json"
    npm --prefix web run "$name" -- "$@" </dev/null 2>&1
    local code=$?
    said=$(node -e 'const r = JSON.parse(require("fs").readFileSync(process.argv[1])), s = r.stats;
        console.log(s ? `${s.expected} ${s.unexpected + s.flaky + s.skipped}` : `${r.numPassedTests} ${r.numTotalTests - r.numPassedTests}`)' \
        "$log.json" 2>/dev/null) || said="0 1"
    rm -f "$log.json"
    read -r page_passed page_failed <<<"$said"
    [[ $code -ne 0 && $page_failed -eq 0 ]] && page_failed=1
    passed=$((passed + page_passed)) failed=$((failed + page_failed))
    echo "Runs Center, $name: $page_passed passed, $page_failed failed"
}

if [[ $# -eq 0 ]]; then
    npm --prefix web run lint </dev/null || { echo "test.sh: the page's sources break a rule of theirs" >&2; failed=$((failed + 1)); }
    page_suite test --reporter=default --reporter=json --outputFile="$log.json"
    export PLAYWRIGHT_JSON_OUTPUT_NAME=$log.json CHROMIUM=${CHROMIUM:-$(command -v chromium)}
    page_suite e2e --reporter=list,json
    page_suite e2e:real --reporter=list,json

    scripts/demo.sh </dev/null 2>&1 | tee "$log"
    rc=${PIPESTATUS[0]}
    bad=$(grep -c '^FAIL ' "$log")
    [[ $rc -ne 0 && $bad -eq 0 ]] && bad=1
    passed=$((passed + $(grep -c '^ok ' "$log"))) failed=$((failed + bad))
fi

echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
