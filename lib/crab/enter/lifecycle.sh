# shellcheck shell=sh disable=SC1090,SC1091,SC2015,SC2030,SC2031,SC2034,SC2086,SC2154
# Part of `enter`: the commands of a devcontainer.json. `lifecycle` has a function for each stage (dev_onCreate and so on), which
# says what to run by dev_run, or by dev_beside and dev_all. Where a command fails, those after it are not run.

# lifecycle: the stages up to the start, before the command of this box begins. Those of a new box run until they have succeeded once.
lifecycle() {
  dev_failed=
  [ -r "$in/lifecycle" ] || return 0
  . "$in/lifecycle"
  dev_done=$HOME/.local/state/kanibako/devcontainer
  for dev_stage in $dev_stages; do
    case $dev_stage in
      postAttach) continue ;;
      postStart) dev_stage || break ;;
      *)
        [ ! -e "$dev_done/$dev_stage-$dev_mark" ] || continue
        dev_stage || break
        { mkdir -p "$dev_done" && : >"$dev_done/$dev_stage-$dev_mark"; } 2>/dev/null
        ;;
    esac
  done
  [ -z "$dev_failed" ] || [ ! -t 0 ] || sleep 2 # what begins now may cover it
  return 0
}

# lifecycle_attach: what runs whenever somebody's terminal is connected. False where it failed.
lifecycle_attach() {
  [ -r "$in/lifecycle" ] && [ -z "${dev_failed:-}" ] || return 0
  . "$in/lifecycle"
  case " $dev_stages " in
    *" postAttach "*) ;;
    *) return 0 ;;
  esac
  dev_stage=postAttach
  dev_stage
}

# attach_soon: somebody's terminal is about to be connected to the session. What then runs has a window of its own there, once what
# comes before it has ended.
attach_soon() {
  [ -r "$in/lifecycle" ] && : >"$out/.dev-attach" && [ -e "$out/.dev-ready" ] || return 0
  attach_window
}

# attach_window: who takes the file away is the one that opens the window.
attach_window() {
  mv "$out/.dev-attach" "$out/.dev-attach.$$" 2>/dev/null || return 0
  rm -f "$out/.dev-attach.$$"
  # What an earlier one has started there still runs.
  case "
$(tmux list-windows -t "=$session" -F '#{window_name}' 2>/dev/null)
" in
    *"
postAttach
"*) return 0 ;;
  esac
  . "$in/lifecycle"
  case " $dev_stages " in
    *" postAttach "*) tmux new-window -d -t "=$session:" -n postAttach sh "$self" hook ;;
  esac 2>/dev/null
}

# dev_stage: runs the stage in $dev_stage. Where a command fails or is interrupted, this says so, and no other begins.
dev_stage() {
  dev_pids=
  dev_stop=
  # Ctrl-C ends the command that runs and those after it; the box goes on. Without a terminal it ends the box.
  [ ! -t 0 ] || trap 'dev_stop=1; dev_end' INT
  "dev_$dev_stage"
  dev_code=$?
  [ ! -t 0 ] || trap - INT
  [ -n "$dev_stop" ] || [ "$dev_code" != 0 ] || return 0
  dev_failed=1
  dev_how=failed
  [ -z "$dev_stop" ] || dev_how="was interrupted"
  say "${dev_stage}Command $dev_how; the commands after it are not run."
  return 1
}

# dev_run FROM LINE CMD...: runs one command. What it says is not what the command of this box says.
dev_run() {
  [ -z "$dev_stop" ] || return 1
  say "${dev_stage}Command ($1): $2"
  shift 2
  (dev_become "$@") </dev/null >&2
  dev_code=$?
  [ -z "$dev_stop" ] || return 1
  [ "$dev_code" = 0 ] || say "It ended with $dev_code."
  return "$dev_code"
}

# dev_beside NAME LINE CMD...: runs one of several at the same time; dev_all waits for them.
dev_beside() {
  [ -z "$dev_stop" ] || return 0
  say "${dev_stage}Command $1: $2"
  dev_name=$1
  shift 2
  (dev_become "$@") </dev/null >&2 &
  dev_pids="$dev_pids $!"
  eval "dev_name_$!=\$dev_name"
  [ -z "$dev_stop" ] || dev_end
}

# dev_end: ends those that run at the same time: in the background they are deaf to Ctrl-C.
dev_end() {
  [ -z "$dev_pids" ] || kill -TERM $dev_pids 2>/dev/null
}

dev_all() {
  dev_code=0
  for dev_pid in $dev_pids; do
    wait "$dev_pid"
    dev_ended=$?
    # A signal may have ended the wait.
    [ -z "$dev_stop" ] || wait "$dev_pid" 2>/dev/null
    [ "$dev_ended" != 0 ] || continue
    dev_code=1
    eval "dev_name=\$dev_name_$dev_pid"
    [ -n "$dev_stop" ] || say "$dev_name ended with $dev_ended."
  done
  dev_pids=
  return "$dev_code"
}

# dev_become CMD...: turns this process into one of these commands. The box's variables come last, as for `become`.
dev_become() {
  exec 9>&- 7>&- 6>&-
  trap - INT
  [ -z "$dev_at" ] || cd -- "$dev_at" || exit 1
  [ -r "$in/env" ] && . "$in/env"
  exec "$@"
}
