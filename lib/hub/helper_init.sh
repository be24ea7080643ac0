#!/bin/sh
# What runs first in a helper: takes in what its parent has for all of its helpers, and becomes the command. A parent that has a
# ~/playbook/scripts/helper-init.sh of its own gives that to its helpers in place of this one.
#
#   helper-init.sh NUMBER COMMAND...
#
# Nothing is registered: the hub knows whom it has before it by the socket, ~/.kanibako/helper.sock.

number=${1:?the number of the helper}
shift
[ $# -gt 0 ] || set -- claude

# shellcheck disable=SC1091
if [ -r "$HOME/all/ro/startup.sh" ]; then
  . "$HOME/all/ro/startup.sh" </dev/null >&2 || echo "helper $number: ~/all/ro/startup.sh failed" >&2
fi
exec "$@"
