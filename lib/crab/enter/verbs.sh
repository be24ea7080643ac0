# shellcheck shell=sh disable=SC1090,SC1091,SC2015,SC2030,SC2031,SC2034,SC2086,SC2154
# Part of `enter`, and the last: which word does what.

verb=${1:-}
[ $# -eq 0 ] || shift
case $verb in
  run | session)
    [ $# -gt 0 ] || set -- /bin/sh
    [ "$*" != "$bash" ] || [ -x "$bash" ] || set -- /bin/sh
    [ "$verb" = session ] || [ ! -t 0 ] || known_terminal
    "$verb" "$@"
    ;;
  pane) pane ;;
  attach) attach "$@" ;;
  out) take ;;
  hook)
    lifecycle_attach || {
      say "To close this window, press Enter."
      read -r _
    }
    ;;
  signal) signal "$@" ;;
  *)
    say "enter: unknown word '$verb'"
    exit 64
    ;;
esac
