# shellcheck shell=bash
# ./dev try: from a fresh machine to a running box.

try_everything() {
  local started
  started=$(milliseconds)
  need_box_packages
  prepare_host "$(id -un)"
  need_deno

  step "Building"
  build >&2
  local kanibako=$root/dist/kanibako

  step "Preparing the rig (the first time takes some minutes)"
  "$kanibako" rig prep

  step "Running a box"
  try_box "$kanibako"

  say ""
  say "It works; all of it took $(seconds_since "$started"). Next:"
  say ""
  say "    cd your/project && $kanibako"
  say ""
  case :$PATH: in
    *:"$HOME/.local/bin":*) say "To have it as 'kanibako':  ln -s $kanibako ~/.local/bin/" ;;
    *) say "To have it as 'kanibako':  sudo ln -s $kanibako /usr/local/bin/" ;;
  esac
}

# A throw-away project; its box tells about itself.
try_box() {
  local kanibako=$1 folder name started code=0
  folder=$(mktemp -d)
  name=try-$$
  # shellcheck disable=SC2064
  trap "rm -rf '$folder'" EXIT
  mkdir "$folder/$name"
  "$kanibako" create "$folder/$name" >&2
  started=$(milliseconds)
  "$kanibako" shell "$folder/$name" -- sh -c "$(cat "$root/tools/dev/inside.sh")" </dev/null || code=$?
  note "from the command to its end: $(seconds_since "$started")"
  "$kanibako" rm "$name" --purge --force >&2 || note "The project $name could not be removed."
  [ "$code" -eq 0 ] || die "The box did not run." "Try: $kanibako system diagnose"
}
