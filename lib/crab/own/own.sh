# shellcheck shell=sh disable=SC2034,SC2154
# The words in which a todo.sh brings what the user has of their own; sourced after those of apply.sh. A list of what was brought is kept
# in the box, with sums: what is still as it was brought follows the host, what the box has changed or removed stays as the box has it.

brought=$HOME/.local/state/kanibako
newline='
'

# own NAME LIST: LIST says what there is to bring of one part, a line "FILE MODE PATH" each.
own() {
  known=$brought/own-$1
  had= same= ours=
  if [ -f "$known" ]; then
    had=$newline$(cut -c 67- "$known")$newline
    same=$newline$(cd "$HOME" && sha256sum -c "$known" 2>/dev/null | sed -n 's/: OK$//p')$newline
  fi
  while read -r file mode path; do
    if there "$HOME/$path"; then
      case $same in *"$newline$path$newline"*) ;; *) continue ;; esac
      cmp -s "$from/$file" "$HOME/$path" || install "$from/$file" "$path" "$mode"
    else
      case $had in *"$newline$path$newline"*) continue ;; esac
      install "$from/$file" "$path" "$mode"
    fi && ours=$ours$path$newline
  done <"$from/$2"
  # What is brought no more goes, unless it is the box's own by now.
  printf '%s' "$same" | while read -r path; do
    case $newline$ours in *"$newline$path$newline"*) continue ;; esac
    [ -z "$path" ] || rm -f -- "$HOME/$path"
  done
  { mkdir -p -- "$brought" && printf '%s' "$ours" | sums >"$known.new" && mv -f -- "$known.new" "$known"; } ||
    complain "$known"
}

# sums: the sums of the files of the home that are named line by line.
sums() {
  cd "$HOME" && tr '\n' '\0' | xargs -0 sh -c '[ $# -eq 0 ] || exec sha256sum -- "$@"' sums
}

# servers FILE PATH KEY DROP: puts the servers in FILE into the table KEY of the JSON file PATH, and takes those out whose names are in
# DROP, a list in JSON. Others are the box's own.
servers() {
  if [ ! -s "$HOME/$2" ]; then
    install "$from/$1" "$2" 600
  elif ! command -v jq >/dev/null 2>&1; then
    complain "the servers in $2: this rig has no jq"
  else
    both=$(umask 077 && mktemp) || { complain "$2"; return; }
    if jq -s "(.[1] | if type == \"object\" then . else {} end) as \$own | (.[0] | $3) as \$new |
      \$own | $3 = ((($3 | objects) // {} | with_entries(select(.key as \$name | $4 | index(\$name) | not))) + \$new)" \
      "$from/$1" "$HOME/$2" >"$both" 2>/dev/null; then
      cmp -s "$both" "$HOME/$2" || install "$both" "$2" 600
    else
      complain "the servers in $2"
    fi
    rm -f -- "$both"
  fi
}

# needs FILE: says to the host which of the programs and files that FILE names, a line "NUMBER KIND WORD" each, are not in this box.
needs() {
  [ -d "${out:-}" ] || return 0
  lacking=
  while read -r number kind word; do
    case $kind:$word in
      program:*/*) [ -f "$word" ] && [ -x "$word" ] ;;
      program:*) command -v -- "$word" >/dev/null 2>&1 ;;
      *) [ -e "$word" ] ;;
    esac || lacking="$lacking $number"
  done <"$from/$1"
  leave own "${lacking# }"
}
