# shellcheck shell=bash disable=SC2154
# R6.1 a–d: a job runs, halts, is killed, is stuck. Sourced by demo.sh.

# --- (a) from PENDING to SUCCESS -------------------------------------------------------------------------------------------------------

succeeds() {
    workflow greet "$(cat <<'END'
when role=supervisor round=1:
  feedback Greet in the plural.
  answer RETRY Not yet.
when step=write role=worker round=1:
  write greeting.txt Hello, world
  write words.report 2 words
  spend in=800 out=20 cost=0.01
when step=write role=worker:
  write greeting.txt Hello, worlds
  spend in=800 out=20 cost=0.01
END
)" <<'END'
  plan: { prompt: "Plan a greeting." }
  write: { needs: [plan], prompt: "Write it.", review: { agent: demo, rounds: 2 } }
  count: { needs: [write], run: "wc -w < greeting.txt > count.txt" }
  check: { needs: [write], run: "grep -q Hello greeting.txt" }
  letter: { needs: [count, check], run: "cat greeting.txt count.txt > letter.txt" }
END
    local before after commit
    before=$(fingerprint)
    exits 0 "create registers the job" "$logist" job create "$place/greet.yaml"
    is "create prints the id" "$out" greet
    says "create warns of changes that are not committed" "$err" "2 uncommitted files"
    exits 0 "status can be asked" "$logist" job status
    says "the job is PENDING" "$out" "greet  PENDING "
    says "the next command is named" "$out" "next: logist job run greet"
    exits 0 "run ends with exit 0" "$logist" job run
    says "progress: a step succeeds with a commit" "$err" "✓ 1 plan  succeeded with "
    says "progress: the review asks for another round" "$err" '2 write  review: RETRY "Greet in the plural."'
    says "progress: the review accepts round 2" "$err" "2 write #2  review: COMPLETED"
    says "the summary says SUCCESS" "$out" "greet  SUCCESS "
    says "the summary counts the steps" "$out" "5/5 steps"
    exits 0 "status of the finished job" "$logist" job status greet --exit-status
    says "status says SUCCESS" "$out" "greet  SUCCESS "
    says "status says the cost" "$out" '$0.02'
    says "status says the branch" "$out" "branch logist/greet"
    says "status says the workspace" "$out" "workspace: $jobs/greet/workspace"
    is "the workspace has the result" "$(<"$jobs/greet/workspace/letter.txt")" "Hello, worlds
2"
    exits 0 "status as JSON" "$logist" job status greet --json
    says "JSON: the status" "$out" '"status": "SUCCESS"'
    says "the manifest says it too" "$(<"$jobs/greet/job_manifest.json")" '"status":"SUCCESS"'

    exits 0 "inspect shows the evidence" "$logist" job inspect greet
    says "evidence with its commit" "$out" "evidence greeting.txt in "
    says "evidence that git ignores, with its commit" "$out" "evidence words.report in "
    commit=${out#*evidence words.report in } commit=${commit%%[!0-9a-f]*}
    is "the commit has the evidence, also what git ignores" \
        "$(git -C "$jobs/greet/repo.git" show "$commit:greeting.txt" "$commit:words.report" 2>&1)" "Hello, world
2 words"
    says "the commit names step and attempt" "$(git -C "$jobs/greet/repo.git" log -1 --format=%B "$commit")" $'Logist-Step: write\nLogist-Attempt: 1'
    is "the branch has every step's files" "$(branch_tree greet)" ".gitignore count.txt greeting.txt letter.txt plan.md settings words.report "
    says "history: the run finished" "$("$logist" job history greet)" "run 1 success"
    says "logs of a step that printed nothing are empty, not an error" "$("$logist" job logs greet check; echo "exit $?")" "exit 0"
    after=$(fingerprint)
    is "the user's checkout, branches, index and stash are untouched" "$after" "$before"
    exits 0 "run on a finished job starts nothing" "$logist" job run greet
    says "it says so" "$err" "greet is SUCCESS: nothing to run"
    says "it names rerun" "$err" "logist job rerun greet"
    says "it names restep" "$err" "logist job restep greet <step>"
}

# --- (b) a halt, a person, SUCCESS -----------------------------------------------------------------------------------------------------

halts() {
    workflow port "when step=write:
  write port 80a" <<'END'
  write: { prompt: "Write the port." }
  check: { needs: [write], run: "grep -Eqx '[0-9]+' port || { echo \"port is not a number: $(cat port)\" >&2; exit 1; }" }
  after: { needs: [check], run: "cp port published" }
END
    local verb
    exits 0 "create" "$logist" job create "$place/port.yaml"
    exits 3 "run stops with exit 3" "$logist" job run
    says "the job is INTERVENTION_REQUIRED" "$out" "port  INTERVENTION_REQUIRED "
    says "the reason is named" "$out" "why: step_failed: check: exit code 1"
    says "the last lines of the log are shown" "$out" "│ port is not a number: 80a"
    says "resubmit is named" "$out" "next: logist job resubmit port"
    says "restep is named" "$out" "logist job restep port check"
    says "rerun is named" "$out" "logist job rerun port"
    for verb in $(grep -o 'logist job [a-z]*' <<<"$out$err" | cut -d' ' -f3 | sort -u); do
        holds "the advice 'job $verb' exists" "$logist" job "$verb" --help
    done
    exits 3 "run again starts nothing" "$logist" job run port
    says "it names resubmit" "$err" "logist job resubmit port"
    printf '8080\n' >"$jobs/port/workspace/port"
    exits 0 "resubmit after a person fixed the file" "$logist" job resubmit port --note "the port was wrong" --by Ann
    says "the job is PENDING" "$(status port)" "port  PENDING "
    exits 0 "run goes on" "$logist" job run port
    says "and ends in SUCCESS" "$out" "port  SUCCESS "
    is "with the person's file" "$(git -C "$jobs/port/repo.git" show logist/port:published)" 8080
    run "$logist" job history port
    says "history: who resubmitted and why" "$out" "resubmitted: the port was wrong  by Ann"
    says "history: what the person changed" "$out" "a person changed port"
    is "write was not done again" "$(grep -c 'task.scheduled  *write ' <<<"$out")" 1
}

# --- (c) kill -9 while RUNNING and while REVIEWING --------------------------------------------------------------------------------------

survives() {
    workflow build "$(cat <<END
run echo {step} {role} >>$place/launched
when step=make role=supervisor:
  wait-for $place/go-review 40s
  answer COMPLETED Good.
when step=make role=worker:
  run echo \$PPID >$place/worker.pid
  wait-for $place/go-work 40s
  write made.txt yes
END
)" <<'END'
  make: { prompt: "Make it.", review: { agent: demo, rounds: 2 } }
  use: { needs: [make], run: "cp made.txt used.txt" }
END
    local driver worker
    exits 0 "create" "$logist" job create "$place/build.yaml"
    "$logist" job run build >"$place/run.log" 2>&1 </dev/null &
    driver=$!
    comes "the worker works" 20 test -s "$place/worker.pid"
    worker=$(<"$place/worker.pid")
    comes "the job is RUNNING" 10 has_status build RUNNING
    run "$logist" job step build
    is "a second process is refused" "$code" 5
    says "it names the holder" "$err" "$driver"
    kill -KILL "$driver"
    wait "$driver" 2>/dev/null
    is "kill -9 ended the run" "$?" 137
    exits 0 "status works without an owner" "$logist" job status build
    says "status says RUNNING" "$out" "build  RUNNING "
    says "status says that its owner is gone" "$out" "its owner is gone"
    says "status says how to go on" "$out" "next: logist job run build"
    holds "the worker lives on" kill -0 "$worker"

    "$logist" job step build >"$place/step.log" 2>&1 </dev/null &
    driver=$!
    comes "job step takes the job over" 20 drives build "$driver"
    holds "the worker still lives" kill -0 "$worker"
    touch "$place/go-work"
    comes "its result goes to review" 20 grep -qs 'make supervisor' "$place/launched"
    comes "the job is REVIEWING" 10 has_status build REVIEWING
    kill -KILL "$driver"
    wait "$driver" 2>/dev/null
    is "kill -9 ended the step" "$?" 137
    exits 0 "status works again" "$logist" job status build
    says "status says REVIEWING" "$out" "build  REVIEWING "
    says "status says that its owner is gone" "$out" "its owner is gone"

    touch "$place/go-review"
    exits 0 "job step picks the review up and ends with the step" "$logist" job step build
    says "the next step is left" "$out" "build  PENDING "
    exits 0 "job run does the rest" "$logist" job run build
    says "and ends in SUCCESS" "$out" "build  SUCCESS "
    is "the result is there" "$(git -C "$jobs/build/repo.git" show logist/build:used.txt)" yes
    is "every agent was launched once" "$(<"$place/launched")" "make worker
make supervisor"
    is "history: one attempt" "$("$logist" job history build | grep -c 'task.scheduled  *make ')" 1
}

# --- (d) an agent that is stuck ----------------------------------------------------------------------------------------------------------

sticks() {
    workflow ask "when step=write role=worker attempt=1:
  answer STUCK Which language shall I greet in?" <<'END'
  write: { prompt: "Greet." }
  publish: { needs: [write], run: "echo out > published" }
END
    exits 3 "run stops with exit 3" "$logist" job create "$place/ask.yaml" --run
    says "the job is INTERVENTION_REQUIRED" "$out" "ask  INTERVENTION_REQUIRED "
    says "the agent's question is shown" "$out" "why: agent_stuck: write: the agent is stuck: Which language shall I greet in?"
    says "resubmit is named" "$out" "logist job resubmit ask"
    says "the manifest says why" "$(<"$jobs/ask/job_manifest.json")" '"reason":"agent_stuck"'
    is "nothing after it ran" "$(branch_tree ask 2>/dev/null)" ""
    exits 0 "resubmit goes on" "$logist" job resubmit ask --note "In English." --run
    says "and ends in SUCCESS" "$out" "ask  SUCCESS "
}
