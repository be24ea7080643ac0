# shellcheck shell=sh disable=SC2034,SC2154
# The words in which a todo.sh brings what the user has of their own; sourced after those of apply.sh. A list of what was brought is kept
# in the box, with sums: what is still as it was brought follows the host, what the box has changed or removed stays as the box has it.

brought=$HOME/.local/state/kanibako
newline='
'

# own NAME LIST: LIST says what there is to bring of one part, a line "FILE MODE SUM PATH" each. A part can have many files, so no more
# than one process is started for each that is new, and none for one that is as it was.
own() {
  known=$brought/own-$1
  before=$newline had=$newline same=$newline
  if [ -f "$known" ]; then
    before=$newline$(cat "$known")$newline
    had=$newline$(cut -c 67- "$known")$newline
    same=$newline$(cd "$HOME" && sha256sum -c "$known" 2>/dev/null | sed -n 's/: OK$//p')$newline
  fi
  mkdir -p -- "$brought" || complain "$brought"
  while read -r file mode sum path; do
    if there "$HOME/$path"; then
      case $same in *"$newline$path$newline"*) ;; *) continue ;; esac
      case $before in
        *"$newline$sum  $path$newline"*) ;;
        *) install "$from/$file" "$path" "$mode" || continue ;;
      esac
    else
      case $had in *"$newline$path$newline"*) continue ;; esac
      if ! { above "$path" && cp -- "$from/$file" "$HOME/$path"; }; then
        complain "$path"
        continue
      fi
      [ "$mode" = 600 ] || chmod "$mode" "$HOME/$path"
    fi
    printf '%s  %s\n' "$sum" "$path"
  done <"$from/$2" >"$known.new"
  # What is brought no more goes, unless it is the box's own by now.
  cut -c 67- "$known.new" >"$known.paths"
  printf '%s' "$same" | grep -vxF -f "$known.paths" | while read -r path; do
    [ -z "$path" ] || rm -f -- "$HOME/$path"
  done
  rm -f -- "$known.paths"
  mv -f -- "$known.new" "$known" || complain "$known"
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
      brought:*) cut -c 67- "$brought"/own-* 2>/dev/null | grep -qxF -- "${word#??}" ;;
      program:*/*) [ -f "$word" ] && [ -x "$word" ] ;;
      program:*) command -v -- "$word" >/dev/null 2>&1 ;;
      *) [ -e "$word" ] ;;
    esac || lacking="$lacking $number"
  done <"$from/$1"
  leave own "${lacking# }"
}
