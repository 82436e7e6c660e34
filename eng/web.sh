#!/usr/bin/env bash
# Builds the Runs Center into artifacts/web/dist when its sources changed; up to date costs one find. Says what it does on stderr only.
# Needs Node 20 and npm. Exit 3: they are missing; 1: the build failed.
root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd) || exit 1
web=$root/web
out=$root/artifacts/web
dist=$out/dist

# What the page is made of, and nothing else: whoever works on its tests keeps the page. A directory changes when a file of it is deleted.
up_to_date() {
    [[ -e $out/stamp && -e $dist/index.html && -z $(find "$web"/{src,public,index.html,package.json,package-lock.json,vite.config.ts} \
        "$web"/tsconfig.{app.,}json -cnewer "$out/stamp" -print -quit 2>&1) ]]
}

up_to_date && exit 0
mkdir -p "$out" && exec 9>"$out/lock" && flock 9 || exit 1
up_to_date && exit 0
command -v npm >/dev/null && [[ $(node --version 2>/dev/null) =~ ^v([0-9]+) && ${BASH_REMATCH[1]} -ge 20 ]] || exit 3

echo "logist: building the Runs Center…" >&2
touch "$out/stamp.new"
export npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false
{
    # What was installed is older than the list of what is needed.
    [[ -e $web/node_modules/.package-lock.json && ! $web/package-lock.json -nt $web/node_modules/.package-lock.json ]] ||
        npm --prefix "$web" ci
} >"$out/log" 2>&1 </dev/null 9>&- &&
    npm --prefix "$web" run build:page -- --outDir "$out/new" --emptyOutDir >>"$out/log" 2>&1 </dev/null 9>&- ||
    { cat "$out/log" >&2; echo "logist: the Runs Center could not be built" >&2; exit 1; }
rm -rf "$out/old" && { [[ ! -e $dist ]] || mv -- "$dist" "$out/old"; } && mv -- "$out/new" "$dist" && mv -f -- "$out/stamp.new" "$out/stamp"
