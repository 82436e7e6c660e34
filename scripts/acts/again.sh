# shellcheck shell=bash disable=SC2154
# R6.1 e–j: again, as a new run, as one step, as a branch. Sourced by demo.sh.

# A chain of three that notes every launch in $place/launched.<name>.
chain() { # name, command of the middle step
    workflow "$1" "" <<END
  one: { run: "echo one >>$place/launched.$1; echo 1 >one.txt" }
  two: { needs: [one], run: "echo two >>$place/launched.$1; $2" }
  three: { needs: [two], run: "echo three >>$place/launched.$1; cat one.txt two.txt >three.txt" }
END
    : >"$place/launched.$1"
    exits 0 "create" "$logist" job create "$place/$1.yaml"
}

launched() { tr '\n' ' ' <"$place/launched.$1"; }
history() { "$logist" job history "$@"; }

# --- (e) all of it again -----------------------------------------------------------------------------------------------------------------

runs_again() {
    chain twice "cp one.txt two.txt"
    local before
    exits 0 "run" "$logist" job run twice
    before=$(git -C "$jobs/twice/repo.git" rev-parse logist/twice)
    exits 0 "a dry run shows the plan" "$logist" job rerun twice --dry-run
    says "the plan names every step" "$out" "RUN     three"
    exits 0 "rerun ends with exit 0" "$logist" job rerun twice --reason "once more" --by Ann
    says "the job is SUCCESS again" "$out" "twice  SUCCESS "
    is "every step was launched twice" "$(launched twice)" "one two three one two three "
    is "two runs are in the history" "$(history twice | grep -c 'workflow_run.created')" 2
    says "history says who and why" "$(history twice)" "run 2 created (rerun): once more  by Ann"
    is "the first run's branch is what it was" "$(git -C "$jobs/twice/repo.git" rev-parse logist/twice)" "$before"
    holds "the second run has its own" git -C "$jobs/twice/repo.git" rev-parse logist/twice-run2
    exits 2 "rerun needs a job" "$logist" job rerun
    exits 6 "rerun of an unknown job" "$logist" job rerun nobody
    exits 2 "rerun from a step that does not exist" "$logist" job rerun twice --step 4
    says "the valid range is named" "$err" "steps are 1..3: one, two, three"
}

# --- (f) step, step, rerun from the third --------------------------------------------------------------------------------------------------

continues_by_rerun() {
    chain parts "cp one.txt two.txt"
    exits 0 "job step does the first" "$logist" job step parts
    exits 0 "job step does the second" "$logist" job step parts
    is "two steps were launched" "$(launched parts)" "one two "
    exits 0 "rerun from the third" "$logist" job rerun parts --step 3
    says "it says before that the first two are reused" "$err" "REUSE   one, two"
    says "the job is SUCCESS" "$out" "parts  SUCCESS "
    is "the first two were not launched again" "$(launched parts)" "one two three "
    is "history says so" "$(history parts | grep -c 'reused from run 1')" 2
    is "with their results" "$(git -C "$jobs/parts/repo.git" show logist/parts-run2:three.txt | tr '\n' ' ')" "1 1 "
}

# --- (g) a step fails, a person fixes the file, rerun from there ---------------------------------------------------------------------------

reruns_from_a_fix() {
    chain mend "grep -q good one.txt && cp one.txt two.txt"
    exits 3 "run stops" "$logist" job run mend
    echo good >"$jobs/mend/workspace/one.txt"
    exits 0 "rerun from the failing step" "$logist" job rerun mend --step two
    says "it names the changed file before it starts" "$err" "a person changed one.txt"
    says "the job is SUCCESS" "$out" "mend  SUCCESS "
    is "the first step was not launched again" "$(launched mend)" "one two two three "
    is "the person's file is in the result" "$(git -C "$jobs/mend/repo.git" show logist/mend-run2:three.txt | tr '\n' ' ')" "good good "
    says "history has the human change" "$(history mend)" "a person changed one.txt"
}

# --- (h) one step in the middle ------------------------------------------------------------------------------------------------------------

resteps_the_middle() {
    chain middle "cp one.txt two.txt"
    exits 0 "run" "$logist" job run middle
    exits 0 "restep of the second" "$logist" job restep middle two --reason "to be sure" --by Ann
    is "one process was launched" "$(launched middle)" "one two three two "
    says "the job is still SUCCESS" "$(status middle)" "middle  SUCCESS "
    is "no new run" "$(history middle | grep -c 'workflow_run.created')" 1
    is "one restep in the history" "$(history middle | grep -c 'task.restep_requested')" 1
    says "with who and why" "$(history middle --type task.restep_requested)" "to be sure  by Ann"
    is "from the tree it first saw" "$("$logist" job inspect middle --json | grep '"input_commit"' | sed -n '2p;3p' | uniq | wc -l)" 1
    local wrong
    for wrong in 0 -1 4 nope; do
        exits 2 "restep of step $wrong is refused" "$logist" job restep middle "$wrong"
    done
}

# --- (i) a failing step, fixed by hand, restep ------------------------------------------------------------------------------------------

resteps_a_fix() {
    workflow patch "" <<'END'
  write: { run: "echo 80a >port" }
  check: { needs: [write], run: "echo port is $(cat port); grep -Eqx '[0-9]+' port" }
END
    exits 0 "create" "$logist" job create "$place/patch.yaml"
    exits 3 "run stops" "$logist" job run patch
    echo 8080 >"$jobs/patch/workspace/port"
    exits 0 "restep of the failing step" "$logist" job restep patch check
    says "it says which tree it used and why" "$err" "from the current state: a person changed port"
    says "the job is SUCCESS" "$(status patch)" "patch  SUCCESS "
    says "so says the manifest" "$(<"$jobs/patch/job_manifest.json")" '"status":"SUCCESS"'
    says "history: the restep succeeded" "$(history patch --step check)" "check #2              succeeded"
    is "with the person's file" "$(git -C "$jobs/patch/repo.git" show logist/patch:port)" 8080
    local again=0
    while [[ $again -lt 10 ]] && "$logist" job rerun patch --step check -q >/dev/null 2>&1 </dev/null; do again=$((again + 1)); done
    is "ten further reruns succeed" "$again" 10
    exits 0 "the failed attempt's log is still there" "$logist" job logs patch check --run 1 --attempt 1
    says "with what it printed" "$out" "port is 80a"
    exits 0 "and its diff" "$logist" job diff patch write --run 1
    says "of what it saw" "$out" "+80a"
}

# --- (j) only the failed branch --------------------------------------------------------------------------------------------------------

reruns_a_branch() {
    workflow fan "" <<END
  left: { run: "echo left >>$place/launched.fan; echo l >left.txt" }
  right: { run: "echo right >>$place/launched.fan; test -e $place/disk && echo r >right.txt" }
  join: { needs: [left, right], run: "echo join >>$place/launched.fan; cat left.txt right.txt >join.txt" }
END
    : >"$place/launched.fan"
    exits 3 "run stops at the failed branch" "$logist" job create "$place/fan.yaml" --run
    touch "$place/disk"
    exits 2 "a reason is required" "$logist" job rerun fan --failed
    exits 0 "the plan" "$logist" job rerun fan --failed --reason "disk fixed" --dry-run
    says "the plan runs the branch" "$out" "RUN     right"
    says "and the join that never ran" "$out" "downstream, never ran"
    says "and keeps the rest" "$out" "KEEP    left"
    exits 0 "partial re-run" "$logist" job rerun fan --failed --reason "disk fixed" --by operator
    says "the job is SUCCESS" "$out" "fan  SUCCESS "
    is "only the branch and the join were launched" "$(sort "$place/launched.fan" | tr '\n' ' ')" "join left right right "
    is "no new run" "$(history fan | grep -c 'workflow_run.created')" 1
    says "audit: who and why" "$(history fan --type workflow_run.partial_rerun_requested)" "disk fixed  by operator"
    says "audit: what was reset" "$(history fan --type task.partial_rerun_reset)" "failed before"
    exits 2 "with nothing failed nothing can be selected" "$logist" job rerun fan --failed --reason "again"
}
