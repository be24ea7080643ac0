# shellcheck shell=sh disable=SC1090,SC1091,SC2015,SC2030,SC2031,SC2034,SC2086,SC2154
# Part of `enter`: a session that stays when its terminal goes.

# What the status line says where it says it as the rig does. Who is in a tmux of their own has to get past that one first.
how_to_leave=' #{?#{m:*<#{client_tty}>*,#{@kanibako_inner}},Ctrl-b Ctrl-b d,Ctrl-b d}: leave, keep it running '

# What rigs say of every terminal is taken back, wherever it stands in the list: each says itself whether it has 24-bit colour.
claims='#{==:#{terminal-features['

session() {
  hold
  start_insiders
  trust
  apply
  link_hub
  await_insiders || give_up 126 "This box cannot begin: $why."
  command -v tmux >/dev/null 2>&1 ||
    give_up 127 "This rig has no tmux, which a session that stays needs. Use --ephemeral, or another rig."
  rm -f "$out/exit" "$out/screen" "$out/.pane" "$out/.job" "$out/.dev-ready" "$out/.dev-attach"
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
      if-shell -F "#{m:* Ctrl-b d: *,#{status-right}}" "set-option -g status-right \"$how_to_leave\"" \; \
      if-shell -F "${claims}2]},*:RGB}" "set-option -su terminal-features[2]" \; \
      if-shell -F "${claims}3]},*:RGB}" "set-option -su terminal-features[3]" \; \
      if-shell -F "${claims}4]},*:RGB}" "set-option -su terminal-features[4]"
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

# Asks the agent to end; after a while, closes the session over its head.
stop() {
  trap '' TERM HUP INT QUIT
  tell TERM
  (sleep 8 && exec tmux kill-server) </dev/null >/dev/null 2>&1 9>&- &
  killer=$!
  wait "$waiter"
  kill -KILL "$killer" 2>/dev/null # it ignores the rest, as we do
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
    lifecycle
    [ -n "$dev_failed" ] || [ ! -r "$in/lifecycle" ] || { : >"$out/.dev-ready" && attach_window; }
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
