#!/bin/sh
# What runs first in every box, as the agent's user. POSIX sh; the only other things it needs are coreutils and, for
# sessions that outlive their terminal, tmux.
#
#   enter run CMD...      run a command in the foreground
#   enter session CMD...  run a command in a detached tmux session, and last as long as it does
#   enter pane            (inside that session) run the command, then leave its exit code and last screen
#   enter attach [nested] [colours]
#                         join the session; "nested": from within another tmux that takes Ctrl-b for itself; "colours": the
#                         terminal has 24-bit colour
#   enter exec CMD...     run a command beside whatever runs here
#   enter hook            (in a window of that session) run what belongs to a terminal that was connected
#   enter out             leave refreshed credentials for the host
#   enter signal MARK SIG signal the command that the host called in under that mark
#
# `in` is read-only and comes from the host: env (variables), todo (the name of a folder with todo.sh: what to change in
# this home), take (what to leave for the host: a line "ID PATH" each), inside (processes that stand beside the command),
# expects (the names of those that the command waits for), at (the folder in which the command begins),
# lifecycle (commands of a devcontainer.json), alive (a FIFO: whoever reads it on the host sees its end when this box ends). `out` is ours to write; the host trusts nothing in it.

# shellcheck disable=SC1090,SC1091,SC2015,SC2030,SC2031,SC2034,SC2086,SC2154
run=${KANIBAKO_RUN:-/run/kanibako}
in=$run/in
out=$run/out
session=kanibako
self=$in/enter
bash=/bin/bash # what is opened as a shell, and what not every rig has
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
  [ ! -p "$in/alive" ] || [ ! -r "$in/alive" ] || printf o 2>/dev/null 1<>"$in/alive" || true
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
  for trusted in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem \
    "$in/authorities.pem"; do
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
  [ "$*" != "$bash" ] || [ -x "$bash" ] || set -- /bin/sh
  apply
  await_others
  [ ! -t 0 ] || known_terminal
  become "$@"
fi
