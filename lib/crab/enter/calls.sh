# shellcheck shell=sh disable=SC1090,SC1091,SC2015,SC2030,SC2031,SC2034,SC2086,SC2154
# Part of `enter`: what is asked of a box that runs.

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
  colours=
  for word in "$@"; do
    case $word in
      nested) inner="$inner$here" ;;
      # Before version 3.2 tmux does not know the option.
      colours) ! tmux -T RGB has-session -t "=$session" 2>/dev/null || colours=1 ;;
    esac
  done
  attach_soon
  exec tmux -u ${colours:+-T RGB} set-option -gF @kanibako_inner "$inner" \; attach-session -t "=$session"
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
