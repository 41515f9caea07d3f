#!/usr/bin/env bash
# Keeps one comment on the pull request: the one that begins with the mark of COMMENT's first line is replaced, else one is made.
# Takes COMMENT (a file), REPOSITORY, NUMBER and GH_TOKEN from the environment. A token that may not write is no failure.
set -uo pipefail

mark=$(head -n 1 "$COMMENT")
body() { node -e 'process.stdout.write(JSON.stringify({ body: require("fs").readFileSync(process.argv[1], "utf8") }))' "$COMMENT"; }

known=$(gh api --paginate "repos/$REPOSITORY/issues/$NUMBER/comments?per_page=100" \
  --jq ".[] | select(.body | startswith(\"$mark\")) | .id" | head -n 1)

if [ -n "$known" ]; then
  body | gh api --method PATCH "repos/$REPOSITORY/issues/comments/$known" --input - --silent
else
  body | gh api --method POST "repos/$REPOSITORY/issues/$NUMBER/comments" --input - --silent
fi || echo '::notice::The comment could not be written: give the job "pull-requests: write". Forks have no such token.'
exit 0
