#!/usr/bin/env bash
# The agents that tests drive, in exactly the versions of eng/agents/<set>: eng/agents/install.sh default|more → artifacts/agents/<set>.
# Once they are there, it does nothing. They never run as part of this script but for their version.
set -uo pipefail
cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." || exit 1

fail() {
    echo "eng/agents/install.sh: $1" >&2
    exit 1
}

set=${1:-}
case $set in
    # "npm ci" refuses a lock without entries for every platform, and not all of theirs can be fetched everywhere. "npm install" keeps to the
    # versions and hashes that are in it as well.
    default) programs=(claude codex gemini node) npm=(npm ci) ;;
    more) programs=(qwen opencode cline claude-agent-acp codex-acp) npm=(npm install) ;;
    *) fail "which agents: default or more?" ;;
esac

wanted=$(cat "eng/agents/$set/package.json" "eng/agents/$set/package-lock.json" | sha256sum) || exit 1
place=artifacts/agents/$set
mkdir -p artifacts/agents && exec 9>"artifacts/agents/$set.lock" && flock 9 || fail "artifacts/agents/$set.lock cannot be taken"
[[ -f $place/installed && $(<"$place/installed") == "$wanted" ]] && exit 0

command -v npm >/dev/null || fail "npm is missing"
echo "installing agents into $place: ${programs[*]}" >&2
rm -rf -- "$place" && mkdir -p -- "$place" && cp "eng/agents/$set/package.json" "eng/agents/$set/package-lock.json" "$place" || exit 1

# Whatever Node the machine has: ours is among the programs.
log=$place/npm.log
(cd -- "$place" && PATH=$PWD/../default/node_modules/.bin:$PATH \
    "${npm[@]}" --no-audit --no-fund --no-update-notifier --omit-lockfile-registry-resolved >npm.log 2>&1 </dev/null 9>&-) ||
    fail "${npm[*]} failed: $(tail -n 20 "$log")"

# An agent may be a stub that an install script should have replaced.
home=$(mktemp -d) || exit 1
trap 'rm -rf -- "$home"' EXIT
export HOME=$home DISABLE_AUTOUPDATER=1 CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1
for program in "${programs[@]}"; do
    PATH=$PWD/$place/node_modules/.bin:$PWD/artifacts/agents/default/node_modules/.bin:$PATH \
        timeout 120 "$program" --version >"$home/version" 2>&1 </dev/null 9>&- || fail "$program does not start: $(<"$home/version")"
done
echo "$wanted" >"$place/installed"
