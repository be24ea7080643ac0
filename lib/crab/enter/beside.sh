# shellcheck shell=sh disable=SC1090,SC1091,SC2015,SC2030,SC2031,SC2034,SC2086,SC2154
# Part of `enter`: processes that stand beside the command, and how it waits for them.

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
    # Not what the shell around this one has started last.
    trap exit TERM
    sleep 20 9>&- &
    trap 'kill "$!"; exit' TERM
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
  wait "$late" 2>/dev/null # which may say that it was terminated
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
