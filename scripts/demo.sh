#!/usr/bin/env bash
# What Logist promises for one job, played with the scripted agent in a throw-away repository: no network, no keys, under a minute.
# Prints "ok …" or "FAIL …" per line asserted; the first failure of an act ends that act. Exit 0 only without any FAIL.
set -uo pipefail
root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd) || exit 1
logist=$root/logist
place=$(mktemp -d "${TMPDIR:-/tmp}/logist-acts-XXXXXX") || exit 1

# Nothing of the caller's jobs, selection or git settings plays a part.
unset LOGIST_JOBS_DIR LOGIST_JOB_ID "${!GIT_@}"
export LOGIST_HOME=$place/home GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 NO_COLOR=1
export GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=ann@example.com GIT_COMMITTER_NAME=Ann GIT_COMMITTER_EMAIL=ann@example.com
jobs=$LOGIST_HOME/jobs app=$place/app

cleanup() {
    local job
    for job in "$jobs"/*/; do
        [[ -d $job ]] && "$logist" job cancel "$(basename -- "$job")" --grace 0s >/dev/null 2>&1 </dev/null
    done
    rm -rf -- "$place"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# shellcheck source=scripts/acts/lib.sh
source "$root/scripts/acts/lib.sh"
# shellcheck source=scripts/acts/run.sh
source "$root/scripts/acts/run.sh"
# shellcheck source=scripts/acts/again.sh
source "$root/scripts/acts/again.sh"

make_repository
failed=0
for act in a b c d e f g h i j; do
    case $act in
        a) play=succeeds ;; b) play=halts ;; c) play=survives ;; d) play=sticks ;; e) play=runs_again ;; f) play=continues_by_rerun ;;
        g) play=reruns_from_a_fix ;; h) play=resteps_the_middle ;; i) play=resteps_a_fix ;; j) play=reruns_a_branch ;;
    esac
    ($play) || failed=1
done
exit "$failed"
