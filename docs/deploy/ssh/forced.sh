#!/bin/sh
# forced.sh [--session-only] PROJECT: what an ssh key may do that is for one box only.
#
# For a line of authorized_keys, see authorize.sh. Without a command the key opens the box's session. A command runs in the box,
# never on this machine: what it may do is limited by the box. With --session-only it is refused.
set -eu

session_only=
if [ "${1:-}" = --session-only ]; then
  session_only=1
  shift
fi
[ "$#" = 1 ] || {
  echo "Usage: forced.sh [--session-only] PROJECT" >&2
  exit 2
}
project=$1

# A login by key has a short PATH, and none of a login shell's settings.
PATH=$HOME/.local/bin:/usr/local/bin:/usr/bin:/bin:${PATH:-}
export PATH

command=${SSH_ORIGINAL_COMMAND:-}
unset SSH_ORIGINAL_COMMAND
if [ -z "$command" ]; then
  exec kanibako start "$project"
fi
if [ -n "$session_only" ]; then
  echo "This key opens the session of $project and runs no commands." >&2
  exit 2
fi
exec kanibako shell "$project" -- sh -c "$command"
