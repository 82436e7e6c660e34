#!/usr/bin/env bash
# Times no-op graphs of Logist against make and ninja, counts what a step costs, and checks the goals of docs/performance.md.
#   bench/dag.sh [walls|counts|memory|resume|starts|all] [--rounds 5] [--sizes 10,100,1000,10000] [--jobs-dir DIR] [--app FILE]
# All programs of one comparison run in turn (A B C A B C …), ratios are taken round by round; the result is their median [min..max].
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
missing=()
for tool in python3 make ninja strace dotnet; do
    command -v "$tool" >/dev/null || missing+=("$tool")
done
if ((${#missing[@]})); then
    echo "bench: missing: ${missing[*]} (Debian: apt-get install python3 make ninja-build strace; the .NET 10 SDK from Microsoft)" >&2
    exit 1
fi
dotnet build "$root/src/Logist.Cli/Logist.Cli.csproj" -c Release -v:q -tl:off -nologo >&2
dotnet build "$here/Hello/Hello.csproj" -c Release -v:q -tl:off -nologo >&2
exec python3 "$here/dag.py" --app "$root/artifacts/bin/Logist.Cli/release/Logist.Cli" --hello "$root/artifacts/bin/Hello/release/Hello" "$@"
