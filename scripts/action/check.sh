#!/usr/bin/env bash
# The action's check: runs `shardwright check` once with all reporters, and hands its files and exit code to the steps after it.
# Takes PATHS, PLAN, SCHEMA, BASELINE, MAX_CROSS_SHARD, ARGUMENTS, VERSION from the environment; writes to GITHUB_OUTPUT.
set -uo pipefail

out=$(mktemp -d "${RUNNER_TEMP:-/tmp}/shardwright.XXXXXX")
SCHEMA=${SCHEMA:-} ARGUMENTS=${ARGUMENTS:-}
read -r -a paths <<<"${PATHS//$'\n'/ }"
read -r -a schemas <<<"${SCHEMA//$'\n'/ }"
read -r -a further <<<"${ARGUMENTS//$'\n'/ }"

flags=(--plan "$PLAN" --format github
  --json-out "$out/check.json" --sarif-out "$out/check.sarif" --markdown-out "$out/comment.md")
for schema in ${schemas[@]+"${schemas[@]}"}; do flags+=(--schema "$schema"); done
[ -n "${BASELINE:-}" ] && flags+=(--baseline "$BASELINE")
[ -n "${MAX_CROSS_SHARD:-}" ] && flags+=(--max-cross-shard "$MAX_CROSS_SHARD")

version=${VERSION:-$(node -p 'require(process.argv[1]).version' "$(dirname "${BASH_SOURCE[0]}")/../../package.json")}
if [ -n "${SHARDWRIGHT:-}" ]; then
  command=("$SHARDWRIGHT")
else
  command=(npx --yes "shardwright@$version")
fi

"${command[@]}" check "${paths[@]}" "${flags[@]}" ${further[@]+"${further[@]}"}
code=$?

{
  echo "exit-code=$code"
  echo "passed=$([ "$code" -eq 0 ] && echo true || echo false)"
  # Inputs that could not be read leave no report.
  [ -s "$out/check.json" ] && echo "json=$out/check.json"
  [ -s "$out/check.sarif" ] && echo "sarif=$out/check.sarif"
  [ -s "$out/comment.md" ] && echo "comment=$out/comment.md"
} >>"$GITHUB_OUTPUT"
exit 0
