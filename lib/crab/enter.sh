#!/bin/sh
# What runs first in every box, as the agent's user. POSIX sh; the only other things it needs are coreutils and, for
# sessions that outlive their terminal, tmux.
#
#   enter run CMD...      run a command in the foreground
#   enter session CMD...  run a command in a detached tmux session, and last as long as it does
#   enter pane            (inside that session) run the command, then leave its exit code and last screen
#   enter attach [nested] join the session; "nested": from within another tmux that takes Ctrl-b for itself
#   enter exec CMD...     run a command beside whatever runs here
#   enter out             leave refreshed credentials for the host
#   enter signal MARK SIG signal the command that the host called in under that mark
#
# `in` is read-only and comes from the host: env (variables), todo (the name of a folder with todo.sh: what to change in
# this home), take (what to leave for the host: a line "ID PATH" each), inside (processes that stand beside the command),
# expects (the names of those that the command waits for), at (the folder in which the command begins),
# alive (a FIFO: whoever reads it on the host sees its end when this box ends). `out` is ours to write; the host trusts nothing in it.

# shellcheck disable=SC1090,SC1091,SC2015,SC2030,SC2031,SC2034,SC2086
run=${KANIBAKO_RUN:-/run/kanibako}
in=$run/in
out=$run/out
session=kanibako
self=$in/enter
: "${HOME:=/home/agent}"
export HOME
case ":$PATH:" in
  *":$HOME/.local/bin:"*) ;;
  *) export PATH="$HOME/.local/bin:$PATH" ;;
esac

say() {
  printf 'kanibako: %s\n' "$*" >&2
}

# leave NAME TEXT: writes a file of `out`, whole or not at all.
leave() {
  [ -d "$out" ] || return 0
  (umask 077 && printf '%s\n' "$2" >"$out/.$1.$$") && mv -f "$out/.$1.$$" "$out/$1"
}

# Says that there is something new in `out`, where the host listens all the time. Not only for writing, as in `hold`.
tell_host() {
  [ ! -p "$in/alive" ] || [ ! -r "$in/alive" ] || printf o 1<>"$in/alive"
}

# Applies what the host has handed in, once.
apply() {
  [ -r "$in/todo" ] || return 0
  todo=
  applied=
  read -r todo <"$in/todo"
  [ -r "$out/applied" ] && read -r applied <"$out/applied"
  [ -n "$todo" ] && [ "$todo" != "$applied" ] && [ -r "$in/$todo/todo.sh" ] || return 0
  if (from=$in/$todo && . "$in/$todo/todo.sh") </dev/null >&2; then
    leave applied "$todo" && tell_host
  fi
  return 0
}

# Puts together what programs are pointed to for the certificates that they trust: those of the rig, and the one that the host uses
# for connections of this box into which it looks.
trust() {
  [ -r "$in/ca.pem" ] && [ -d "$out" ] || return 0
  for trusted in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
    [ ! -r "$trusted" ] || break
    trusted=/dev/null
  done
  (umask 022 && { cat "$trusted" && echo && cat "$in/ca.pem"; } >"$out/.ca.pem.$$") && mv -f "$out/.ca.pem.$$" "$out/.ca.pem"
}

# A terminal this rig has never heard of is treated as a common one.
known_terminal() {
  [ -n "${TERM:-}" ] || return 0
  for folder in /etc/terminfo /lib/terminfo /usr/share/terminfo /usr/lib/terminfo "$HOME/.terminfo"; do
    [ ! -e "$folder/${TERM%"${TERM#?}"}/$TERM" ] || return 0
  done
  export TERM=xterm-256color
}

# Whoever is called in does not begin earlier either.
await_others() {
  [ -r "$in/expects" ] || return 0
  patience=400
  until [ -e "$out/.stands" ] || [ "$patience" = 0 ]; do
    patience=$((patience - 1))
    sleep 0.05
  done
}

# stand: goes to the folder named by KANIBAKO_AT, where this box has it. One that is hidden from it is empty and cannot be
# written.
stand() {
  kanibako_at=${KANIBAKO_AT:-}
  unset KANIBAKO_AT
  [ -n "$kanibako_at" ] || return 0
  kanibako_before=$PWD
  cd -- "$kanibako_at" 2>/dev/null || return 0
  unset OLDPWD
  [ ! -w . ] || return 0
  for kanibako_found in ./* ./.[!.]*; do
    [ ! -e "$kanibako_found" ] || return 0
  done
  cd -- "$kanibako_before" || return 0
}

# become CMD...: turns this process into the command. The variables come last, so that none of them steers this script.
# Variables for one command (named in KANIBAKO_KEEP, each kept as KANIBAKO_KEEP_its-name) stand above the box's.
become() {
  # Asked for where the host can take it out again: from here on the command has run.
  [ -z "${KANIBAKO_BEGUN:-}" ] || printf '\001begun\n' >&2
  unset KANIBAKO_BEGUN KANIBAKO_READY
  stand
  [ -r "$in/env" ] && . "$in/env"
  for kanibako_name in ${KANIBAKO_KEEP:-}; do
    eval "export $kanibako_name=\"\$KANIBAKO_KEEP_$kanibako_name\""
    unset "KANIBAKO_KEEP_$kanibako_name"
  done
  unset KANIBAKO_KEEP
  command -v -- "$1" >/dev/null 2>&1 || case $1 in
    */*) ;; # why not is for exec to say
    *)
      say "$1: not found"
      exit 127
      ;;
  esac
  exec "$@"
}

# Called in, which is what happens most: nothing below is read for it.
if [ "${1:-}" = exec ]; then
  shift
  [ $# -gt 0 ] || set -- /bin/sh
  apply
  await_others
  [ ! -t 0 ] || known_terminal
  become "$@"
fi

# Copies what the host wants to know. Only what changed, so that asking often costs nothing.
take() {
  [ -r "$in/take" ] || return 0
  while read -r id path; do
    [ -f "$HOME/$path" ] || continue
    cmp -s "$HOME/$path" "$out/$id" 2>/dev/null && continue
    (umask 077 && cat "$HOME/$path" >"$out/.$id.$$") && mv -f "$out/.$id.$$" "$out/$id" && tell_host
    rm -f "$out/.$id.$$"
  done <"$in/take"
}

# Keeps the logins of this box and of the host the same while the command runs: applies what is handed in later, and leaves
# what was renewed here.
minder=
mind() {
  [ -r "$in/take" ] || return 0
  (
    exec 9>&- </dev/null >/dev/null 2>&1
    while sleep 10; do
      apply
      take
    done
  ) &
  minder=$!
}

# The last copies are made by who leaves the exit code.
end_mind() {
  [ -z "$minder" ] || kill -KILL "$minder" 2>/dev/null
}

# Holds the FIFO open for as long as this process lives. Read and write: opening for write alone would wait for a reader,
# and is only done where the host, which then is one, lets nobody in the box read it. The byte says that from here on no
# word is the engine's; nothing in the box can take it back.
hold() {
  [ -p "$in/alive" ] || return 0
  if [ -r "$in/alive" ]; then
    exec 9<>"$in/alive"
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

# beside NAME [VARIABLE=VALUE]... -- CMD...: starts a process that stands beside the command, and starts it again should it
# be killed. It has no terminal and none of the command's variables; what it says of itself is in a log in /tmp.
beside() {
  beside_name=$1
  shift
  (
    exec 9>&- 7>&- </dev/null >/dev/null
    case " $expected " in
      *" $beside_name "*) export KANIBAKO_READY="$out/.ready" ;;
    esac
    while [ "$1" != -- ]; do
      export "${1?}"
      shift
    done
    shift
    command -v -- "$1" >/dev/null 2>&1 || {
      say "$beside_name: $1: not found"
      unready "$1 is not in this box"
      exit 127
    }
    log=/tmp/kanibako-$beside_name.log # `true`: where `:` cannot write, the shell ends
    if { [ ! -e "$log" ] && [ ! -L "$log" ] || rm -f "$log" 2>/dev/null; } && true 2>/dev/null >"$log"; then
      exec 2>"$log"
    else
      exec 2>/dev/null
    fi
    keep "$@"
  ) &
  insiders="$insiders $!"
}

# keep CMD...: runs a process until it ends as it should, or we are asked to end it. One that ends otherwise is started again:
# at once when it has lived a while, else ever more slowly. Waiting costs nothing.
keep() {
  ending=
  killer=
  pause=0
  failures=0
  trap 'ending=1; end_kept' TERM
  trap : HUP # not ignored: what it starts would ignore it, too
  while :; do
    "$@" &
    kept=$!
    [ -z "$ending" ] || end_kept
    begun=$(date +%s) # while it starts
    while :; do
      wait "$kept"
      code=$?
      # Otherwise it was a signal of ours that ended the wait.
      [ "$code" -gt 128 ] && kill -0 "$kept" 2>/dev/null || break
    done
    [ -z "$ending" ] || break
    case $code in
      0) exit 0 ;;
      126 | 127)
        unfit "this rig cannot run $1, which needs the GNU C library"
        exit "$code"
        ;;
    esac
    unready "it ended with $code"
    if [ $(($(date +%s) - begun)) -ge 60 ]; then
      pause=0
      failures=0
    fi
    # Killed is another matter: that can end.
    [ "$code" -gt 128 ] || failures=$((failures + 1))
    if [ "$failures" = 5 ]; then
      unfit "it ended with $code $failures times; see $log in the box"
      exit "$code"
    fi
    [ "$pause" = 0 ] || nap "$pause"
    [ -z "$ending" ] || break
    pause=$((pause == 0 ? 1 : pause < 16 ? 2 * pause : 16))
  done
  kill -KILL "$killer" 2>/dev/null
  exit 0
}

# nap SECONDS: a sleep that a signal ends.
nap() {
  sleep "$1" &
  kept=$!
  wait "$kept"
}

end_kept() {
  kill -TERM "$kept" 2>/dev/null
  [ -z "$killer" ] || return 0
  (sleep 2 && kill -KILL "$kept") </dev/null >/dev/null 2>&1 &
  killer=$!
}

# unready WHY: says that a process beside the command is of no use, if it is still waited for.
unready() {
  [ ! -p "${KANIBAKO_READY:-}" ] || printf 'no: %s: %s\n' "$beside_name" "$1" 1<>"$KANIBAKO_READY"
}

# unfit WHY: says that a process beside the command cannot work here, to whoever waits for it and to the host.
unfit() {
  unready "$1"
  leave "unfit-$beside_name" "$1" && tell_host
}

# The command does not begin before as many of them have said that they are ready as `expects` names.
insiders=
expected=
start_insiders() {
  [ -r "$in/inside" ] || return 0
  [ ! -r "$in/expects" ] || read -r expected <"$in/expects"
  # Open from now on: one may be ready before it is waited for.
  [ -z "$expected" ] || { mkfifo -m 600 "$out/.ready" && exec 7<>"$out/.ready"; } ||
    give_up 126 "This box cannot begin: there is no way to wait for what it needs ($expected)."
  . "$in/inside"
}

# Fails, with the reason in $why, when one cannot work.
await_insiders() {
  [ -n "$expected" ] || return 0
  (
    trap 'kill "$!"; exit' TERM
    sleep 20 9>&- &
    wait "$!"
    echo 'no: it took too long' >&7
  ) </dev/null >/dev/null 2>&1 9>&- &
  late=$!
  answer=
  for ready_name in $expected; do
    read -r answer <&7
    [ "$answer" = ready ] || break
  done
  kill -TERM "$late"
  wait "$late"
  exec 7>&-
  why=${answer#no: }
  rm -f "$out/.ready" &
  [ "$answer" = ready ] && : >"$out/.stands"
}

# They are needed until the last word of the command is said, and end with it.
end_insiders() {
  [ -n "$insiders" ] || return 0
  kill -TERM $insiders 2>/dev/null
  (sleep 3 && kill -KILL $insiders) </dev/null >/dev/null 2>&1 9>&- &
  killer=$!
  wait $insiders 2>/dev/null
  kill -KILL "$killer" 2>/dev/null
}

# begin_at: the command of this box begins where its user stands.
begin_at() {
  [ ! -r "$in/at" ] || IFS= read -r KANIBAKO_AT <"$in/at"
}

# Turns a word into text that a shell reads back as that word.
quote() {
  rest=$1
  quoted=
  while case $rest in *\'*) ;; *) false ;; esac do
    quoted=$quoted${rest%%\'*}"'\\''"
    rest=${rest#*\'}
  done
  printf " '%s'" "$quoted$rest"
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

# may_stop CMD...: whether somebody at a terminal could stop the command, which nothing would wake. Shells stop only their jobs.
may_stop() {
  [ -t 0 ] || return 1
  case ${1##*/} in
    *sh) return 1 ;;
  esac
}

run() {
  hold
  start_insiders
  trust
  apply
  [ -z "$expected" ] || can_interrupt # while they start
  await_insiders || give_up 126 "This box cannot begin: $why."
  begin_at
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

# tell SIGNAL: to the pane's command and to what it has in front, which may be in a group of its own. A shell at its prompt heeds
# only SIGHUP, and so do its jobs.
tell() {
  [ -n "$pane" ] || return 0
  kill "-$1" "-$pane" 2>/dev/null
  job=
  if read -r job 2>/dev/null <"$out/.job"; then
    kill "-$1" "-$job" 2>/dev/null
    heeds_term "$job" || kill -HUP "-$job" 2>/dev/null
  fi
  if read -r _ _ _ _ _ _ _ front _ 2>/dev/null <"/proc/$pane/stat" && [ "$front" -gt 1 ] &&
    [ "$front" != "$pane" ] && [ "$front" != "$job" ]; then
    kill "-$1" "-$front" 2>/dev/null
    kill -HUP "-$front" 2>/dev/null
  fi
}

# heeds_term PID: whether a process does not ignore SIGTERM.
heeds_term() {
  while read -r field value _; do
    case $field$value in
      SigIgn:*[4-7c-f]???) return 1 ;;
      SigIgn:*) return 0 ;;
    esac
  done 2>/dev/null <"/proc/$1/status"
}

# Asks the agent to end; after a while, closes the session over its head.
stop() {
  trap '' TERM HUP INT QUIT
  tell TERM
  (sleep 8 && exec tmux kill-server) </dev/null >/dev/null 2>&1 9>&- &
  killer=$!
  wait "$waiter"
  kill -KILL "$killer" 2>/dev/null # it ignores the rest, as we do
}

# give_up CODE TEXT: there is nothing to run.
give_up() {
  end_insiders
  say "$2"
  leave screen "$2"
  leave exit "$1"
  exit "$1"
}

# What the status line says where it says it as the rig does. Who is in a tmux of their own has to get past that one first.
how_to_leave=' #{?#{m:*<#{client_tty}>*,#{@kanibako_inner}},Ctrl-b Ctrl-b d,Ctrl-b d}: leave, keep it running '

session() {
  hold
  start_insiders
  trust
  apply
  await_insiders || give_up 126 "This box cannot begin: $why."
  command -v tmux >/dev/null 2>&1 ||
    give_up 127 "This rig has no tmux, which a session that stays needs. Use --ephemeral, or another rig."
  rm -f "$out/exit" "$out/screen" "$out/.pane" "$out/.job" "$out/.job"
  # tmux reads meaning into some words and limits their length, so the command goes by file.
  (
    umask 077
    printf 'set --'
    for word in "$@"; do quote "$word"; done
    echo
  ) >"$out/.command" || give_up 126 "The command could not be handed to a session."
  # The pane holds this open for as long as it lives. tmux has a way to wait of its own, but a server that is about to end
  # may keep who asks just then waiting for ever.
  mkfifo "$out/.pane" || give_up 126 "There is no way to watch a session in this box."
  stopped=
  trap 'stopped=1' TERM HUP INT QUIT
  pane=$(
    exec 9>&-
    tmux -u new-session -d -P -F '#{pane_pid}' -s "$session" -n "${1##*/}" -x 160 -y 48 sh "$self" pane \; \
      set-hook -g client-detached "run-shell -b 'sh \"$self\" out'" \; \
      if-shell -F "#{m:* Ctrl-b d: *,#{status-right}}" "set-option -g status-right \"$how_to_leave\""
  ) || give_up 126 "tmux could not make a session in this box."
  cat <"$out/.pane" >/dev/null 2>&1 9>&- &
  waiter=$!
  # If the server is ended over its head, the pane gets a signal.
  (tmux wait-for "$session-over" >/dev/null 2>&1; tell HUP) 9>&- &
  watcher=$!
  mind
  trap 'stopped=1; stop' TERM HUP INT QUIT
  [ -z "$stopped" ] || stop
  wait "$waiter"
  trap '' TERM HUP INT QUIT
  end_mind
  kill -KILL "$watcher" 2>/dev/null
  patience=50
  while [ ! -e "$out/exit" ] && [ "$patience" -gt 0 ]; do
    patience=$((patience - 1))
    sleep 0.1
  done
  take
  code=
  [ -r "$out/exit" ] && read -r code <"$out/exit"
  [ -n "$code" ] || leave exit "${code:=129}"
  end_insiders
  exit "$code"
}

# The command is a job in the foreground here: it has a group of its own, which gets what the terminal sends.
pane() {
  exec 6>"$out/.pane"
  # For a start that nobody watches: from now on it is the command that lives or does not. No other process, as it may be ended just now.
  echo 1 2>/dev/null >"$out/began"
  trap : TERM HUP INT QUIT
  . "$out/.command"
  rm -f "$out/.command"
  begin_at
  code=
  trap leave_code EXIT # some shells end at once when their terminal is gone
  set -m 2>/dev/null
  (
    exec 6>&-
    { read -r job _ </proc/self/stat && echo "$job" >"$out/.job"; } 2>/dev/null
    become "$@"
  )
  code=$?
  # What stops itself, as most do at Ctrl-z, goes on at once: nobody is here who could say `fg`.
  while [ "$code" -gt 128 ] && jobs %% >/dev/null 2>&1; do
    code=
    # Without its terminal it was a signal for us that ended the wait, and nothing comes to the front.
    if [ -t 0 ]; then fg %% >/dev/null; else wait %%; fi
    code=$?
  done
  set +m
  trap - EXIT
  trap '' TERM HUP INT QUIT
  if screen=$(tmux capture-pane -p -S -100 -t "$TMUX_PANE" 2>/dev/null); then
    leave screen "$screen"
  fi
  take
  leave exit "$code"
  exit "$code"
}

# leave_code: leaves the exit code of the pane's command where nothing can be started any more.
leave_code() {
  if [ -z "$code" ]; then
    code=129 # the terminal was gone before the command began
    if [ -e "$out/.job" ]; then
      wait %% 2>/dev/null # not `jobs` first, which forgets one that has ended
      code=$?
    fi
  fi
  echo "$code" >"$out/exit"
}

# A command called in has its parent outside, and leads a group of its own. Only it gets the signal, not what it has left running.
signal() {
  for process in /proc/[0-9]*; do
    { read -r stat <"$process/stat"; } 2>/dev/null || continue
    case ${stat##*) } in
      ?" 0 "*) ;;
      *) continue ;;
    esac
    case " $(tr '\0' ' ' 2>/dev/null <"$process/environ") " in
      *" KANIBAKO_CALL=$1 "*) kill "-$2" "-${process#/proc/}" ;;
    esac 2>/dev/null
  done
}

attach() {
  apply
  known_terminal
  patience=200
  until tmux has-session -t "=$session" 2>/dev/null; do
    [ ! -e "$out/exit" ] || exit 0 # it is over; the host reads how it ended
    patience=$((patience - 1))
    if [ "$patience" = 0 ]; then
      say "There is no session \"$session\" in this box."
      exit 75
    fi
    sleep 0.05
  done
  # Which terminals are within another tmux. The name of one that has gone may come again.
  here="<$(tty)>"
  inner="#{s!$here!!:@kanibako_inner}"
  [ "${1:-}" != nested ] || inner="$inner$here"
  exec tmux -u set-option -gF @kanibako_inner "$inner" \; attach-session -t "=$session"
}

verb=${1:-}
[ $# -eq 0 ] || shift
case $verb in
  run | session)
    [ $# -gt 0 ] || set -- /bin/sh
    [ "$verb" = session ] || [ ! -t 0 ] || known_terminal
    "$verb" "$@"
    ;;
  pane) pane ;;
  attach) attach "$@" ;;
  out) take ;;
  signal) signal "$@" ;;
  *)
    say "enter: unknown word '$verb'"
    exit 64
    ;;
esac
