# shellcheck shell=bash
# Small things every part of ./dev needs.

say() { printf '%s\n' "$*" >&2; }
step() { printf '\n== %s\n' "$*" >&2; }
note() { printf '   %s\n' "$*" >&2; }

die() {
  printf 'dev: %s\n' "$1" >&2
  shift
  local hint
  for hint in "$@"; do printf '     %s\n' "$hint" >&2; done
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }
is_root() { [ "$(id -u)" -eq 0 ]; }

# Whether as_root can work at all.
can_be_root() { is_root || has sudo; }

as_root() {
  if is_root; then "$@"; else sudo -- "$@"; fi
}

# as_user NAME COMMAND...: with the environment of a plain login and nothing of ours.
as_user() { (exec_as_user "$@"); }

# exec_as_user NAME COMMAND...: the same, in place of this shell.
exec_as_user() {
  local name=$1
  shift
  local home sudo=(sudo --)
  ! is_root || sudo=()
  home=$(getent passwd "$name" | cut -d: -f6)
  cd / && exec "${sudo[@]}" setpriv --reuid "$name" --regid "$(id -g "$name")" --init-groups -- env -i \
    HOME="$home" USER="$name" LOGNAME="$name" SHELL=/bin/bash TERM="${TERM:-dumb}" LANG=C.UTF-8 \
    PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin "$@"
}

# Asks, unless questions are switched off or nobody is there to answer.
confirm() {
  [ -z "$assume_yes" ] && [ -t 0 ] && [ -t 2 ] || return 0
  local answer
  read -r -p "$1 [Y/n] " answer
  case $answer in '' | [Yy]*) return 0 ;; *) return 1 ;; esac
}

# Shows the end of what a command said, and only when it fails. Its questions (sudo's) come through.
quietly() {
  local log code=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null || code=$?
  [ "$code" -eq 0 ] || tail -n 15 "$log" >&2
  rm -f "$log"
  return "$code"
}

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

seconds_since() {
  local ms=$(($(milliseconds) - $1))
  printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100))
}
