# shellcheck shell=bash
# Asserting, and the repository and workflows that the acts play in. Sourced by demo.sh, which sets logist, place, jobs and app.

# --- asserting ---------------------------------------------------------------------------------------------------------------------

act=""
ok() { echo "ok    ($act) $1"; }

fail() { # what, expected, seen
    echo "FAIL  ($act) $1"
    sed 's/^/        expected: /' <<<"$2"
    sed 's/^/        seen:     /' <<<"$3"
    exit 1
}

# Runs a command line; leaves $out, $err and $code.
run() {
    "$@" >"$place/out" 2>"$place/err" </dev/null
    code=$?
    out=$(<"$place/out") err=$(<"$place/err")
}

exits() { # exit code, what, command line…
    local want=$1 what=$2
    shift 2
    run "$@"
    [[ $code -eq $want ]] || fail "$what" "exit $want from: ${*/#$logist/logist}" "exit $code
$out
$err"
    ok "$what"
}

says() { # what, text, pattern (glob)
    # shellcheck disable=SC2053
    [[ $2 == *$3* ]] || fail "$1" "…$3…" "$2"
    ok "$1"
}

is() { # what, seen, expected
    [[ $2 == "$3" ]] || fail "$1" "$3" "$2"
    ok "$1"
}

holds() { # what, command line…
    local what=$1
    shift
    "$@" >"$place/held" 2>&1 </dev/null || fail "$what" "success of: $*" "$(<"$place/held")"
    ok "$what"
}

comes() { # what, seconds, command line…
    local what=$1 end=$((SECONDS + $2))
    shift 2
    until "$@" >/dev/null 2>&1 </dev/null; do
        [[ $SECONDS -lt $end ]] || fail "$what" "success in time of: $*" "$(ls -l "$place" 2>&1; tail -n 5 "$place"/*.log 2>&1)"
        sleep 0.05
    done
    ok "$what"
}

status() { "$logist" job status "$1" </dev/null 2>&1; }
drives() { "$logist" job history "$1" | grep -q "driven by .*(pid $2 "; }
has_status() { [[ $(status "$1") == *"$1  $2 "* ]]; }
branch_tree() { git -C "$jobs/$1/repo.git" ls-tree -r --name-only "logist/$1" | tr '\n' ' '; }

# Everything about the user's repository that a job could disturb.
fingerprint() {
    git -C "$app" status --porcelain=v2 --branch --ignored
    git -C "$app" for-each-ref
    git -C "$app" stash list
    find "$app" -path '*/.git/objects' -prune -o -type f -exec cksum {} + | sort -k3
}

# --- the repository and the workflows ------------------------------------------------------------------------------------------------

make_repository() {
    git init -q -b main "$app" && cd "$app" || exit 1
    printf 'name=world\n' >settings
    printf '*.report\n' >.gitignore
    git add -A && git commit -q -m "The beginning" || exit 1
    printf 'not committed\n' >notes && printf 'name=everybody\n' >settings && git stash -q && printf 'name=you\n' >settings
}

workflow() { # name, script of the agent (may be empty), then the steps on stdin
    {
        printf 'version: 1\nname: %s\n' "$1"
        if [[ -n $2 ]]; then
            printf 'agents:\n  demo:\n    provider: scripted\n    script: |\n'
            sed 's/^/      /' <<<"$2"
            printf 'defaults: { agent: demo, timeout: 1m }\n'
        fi
        printf 'steps:\n'
        cat
    } >"$place/$1.yaml"
}
