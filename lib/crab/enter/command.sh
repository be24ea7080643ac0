# shellcheck shell=sh disable=SC1090,SC1091,SC2015,SC2030,SC2031,SC2034,SC2086,SC2154
# Part of `enter`: the command of a box, and what outlasts it.

# Holds the FIFO open for as long as this process lives. Read and write: opening for write alone would wait for a reader,
# and is only done where the host, which then is one, lets nobody in the box read it. The byte says that from here on no
# word is the engine's; nothing in the box can take it back.
hold() {
  [ -p "$in/alive" ] || return 0
  # Not `[ -r ]`: some shells answer that for root without asking the kernel. By a group, so that only this fails; and the first handle
  # stays until there is the one that is kept, or the host would see an end between the two.
  if { exec 9<>"$in/alive"; } 2>/dev/null 8<>"$in/alive"; then
    :
  else
    # The host has been listening since before this box was made. If it was killed, it never will, and nobody is left to run for.
    (sleep 2 && kill -KILL "$$") </dev/null >/dev/null 2>&1 &
    listening=$!
    exec 9>"$in/alive"
    kill "$listening" 2>/dev/null
    wait "$listening" 2>/dev/null
  fi
  printf s >&9
}

# link_hub: programs of earlier versions look for the hub of helpers in the home. What the box has put there itself stays.
link_hub() {
  [ -e "$in/helpers" ] || return 0
  for place in "$HOME/.kanibako" "$HOME/.local/state/kanibako"; do
    [ -L "$place/helper.sock" ] || [ -e "$place/helper.sock" ] || {
      mkdir -p "$place" && ln -s "$in/helper.sock" "$place/helper.sock"
    } 2>/dev/null
  done
}

# begin_at: the command of this box begins where its user stands.
begin_at() {
  [ ! -r "$in/at" ] || IFS= read -r KANIBAKO_AT <"$in/at"
}

# give_up CODE TEXT: there is nothing to run.
give_up() {
  end_insiders
  say "$2"
  leave screen "$2"
  leave exit "$1"
  exit "$1"
}

run() {
  hold
  start_insiders
  trust
  apply
  link_hub
  [ -z "$expected" ] || can_interrupt # while they start
  await_insiders || give_up 126 "This box cannot begin: $why."
  begin_at
  lifecycle
  [ ! -t 0 ] || lifecycle_attach
  [ -r "$in/take" ] || [ -p "$in/guests" ] || [ -n "$insiders" ] || may_stop "$@" || become "$@"
  mind
  supervise "$@"
  guests
  end_mind
  end_insiders
  take
  leave exit "$code"
  exit "$code"
}

# Finds out, once, whether `env` can undo that a child in the background is deaf to SIGINT: in $int what SIGINT is passed on as.
int=
can_interrupt() {
  [ -z "$int" ] || return 0
  int=TERM
  ! env -i --default-signal=INT,QUIT >/dev/null 2>&1 || int=INT
}

# Runs a command that something follows; its exit code is in $code. A shell runs no trap while it waits for a foreground
# child, so the child is in the background, where shells make it deaf to SIGINT: `env` undoes that where it can, and
# elsewhere SIGINT is passed on as SIGTERM.
supervise() {
  can_interrupt
  [ "$int" = TERM ] || set -- env --default-signal=INT,QUIT -- "$@"
  caught=
  stopping=
  killer=
  trap 'caught=1' INT QUIT
  exec 3<&0
  (become "$@") <&3 3<&- 9>&- &
  child=$!
  exec 3<&-
  # Nobody here could wake what Ctrl-z has put to sleep; a shell keeps its jobs in groups of their own.
  [ ! -t 0 ] || trap 'caught=1; kill -CONT 0' TSTP
  # Nor what has stopped itself, which its parent hears of in this way.
  [ ! -t 0 ] || trap 'caught=1; wake' CHLD
  # On a terminal the kernel has already signalled the child.
  if [ ! -t 0 ] || [ "$int" != INT ]; then
    trap 'caught=1; kill -$int $child 2>/dev/null' INT QUIT
  fi
  trap 'caught=1; stopping=1; kill -TERM $child 2>/dev/null; insist' TERM
  trap 'caught=1; stopping=1; kill -HUP $child 2>/dev/null; insist' HUP
  code=
  while :; do
    caught=
    # Some shells say how it ended, which is for whoever asked it to end to say.
    if [ -n "$stopping" ]; then wait "$child" 2>/dev/null; else wait "$child"; fi
    now=$?
    [ "$now" = 127 ] && [ -n "$code" ] && break # reported before the signal was
    code=$now
    [ -n "$caught" ] || break # otherwise it was the signal that ended the wait
  done
  trap '' TERM HUP INT QUIT
  trap - CHLD
  [ -z "$killer" ] || kill -KILL "$killer" 2>/dev/null
}

# wake: has the command go on that has stopped itself.
wake() {
  { read -r stat <"/proc/$child/stat"; } 2>/dev/null || return 0
  case ${stat##*) } in
    T*) kill -CONT 0 ;;
  esac
}

# A command that does not end when it is asked to is killed, before the engine ends everything.
insist() {
  [ -z "$killer" ] || return 0
  (sleep 8 && kill -KILL "$child") </dev/null >/dev/null 2>&1 9>&- &
  killer=$!
}

# may_stop CMD...: whether somebody at a terminal could stop the command, which nothing would wake. Shells stop only their jobs.
may_stop() {
  [ -t 0 ] || return 1
  case ${1##*/} in
    *sh) return 1 ;;
  esac
}

# Waits for others that are in this box: for each of them the host holds a FIFO open. A box that ends takes them along, and
# they have nothing to do with the command that has ended. Not when we are asked to end.
guests() {
  [ -p "$in/guests" ] && [ -z "$stopping" ] || return 0
  exec 8<>"$in/guests" # so that opening it for reading alone does not wait
  exec 7<"$in/guests" 8>&-
  (exec 7<&- 9>&- && sleep 1 && say "Others still work in this box; it ends when they do. Ctrl-c ends it now.") &
  teller=$!
  trap : TERM HUP INT QUIT
  read -r _ <&7 # nobody writes: it ends with the last of them, or by a signal
  trap '' TERM HUP INT QUIT
  exec 7<&-
  kill -KILL "$teller" 2>/dev/null
}
