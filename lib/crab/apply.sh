# shellcheck shell=sh disable=SC2015,SC2020,SC2034,SC2154
# The words a todo.sh is written in. Sourced inside the box, as the agent's user, with $from set to the delivered folder.
# Everything here is the box's own, so links in it may lead where they like. Nothing stops at a failure: the rest is
# still done, and what failed is tried again the next time.

failed=

complain() {
  printf 'kanibako: could not set up %s\n' "$1" >&2
  failed=1
}

there() {
  [ -e "$1" ] || [ -L "$1" ]
}

# above PATH: makes the folders above a path of the home.
above() {
  case $1 in
    */*) [ -d "$HOME/${1%/*}" ] || mkdir -p -- "$HOME/${1%/*}" ;;
  esac
}

# folder PATH MODE: makes a folder.
folder() {
  [ -d "$HOME/$1" ] || { above "$1" && mkdir -p -- "$HOME/$1" && chmod "$2" "$HOME/$1"; } || complain "$1"
}

# install FILE PATH MODE: writes a file whole. One that is mounted cannot be replaced, so it is overwritten.
install() {
  above "$2" || { complain "$2"; return 1; }
  if [ -d "$HOME/$2" ]; then
    complain "$2"
    return 1
  fi
  new=$HOME/$2.kanibako-$$
  if (umask 077 && cat "$1" >"$new") && chmod "$3" "$new" &&
    { mv -f -- "$new" "$HOME/$2" 2>/dev/null || cat "$new" >"$HOME/$2"; }; then
    rm -f -- "$new"
    return 0
  fi
  rm -f -- "$new"
  complain "$2"
  return 1
}

# create FILE PATH MODE / replace FILE PATH MODE: a delivered file, only where there is none, or in any case.
create() {
  there "$HOME/$2" || install "$from/$1" "$2" "$3"
}
replace() {
  install "$from/$1" "$2" "$3"
}

# link TARGET PATH: a symlink, in place of anything but a folder.
link() {
  if [ -d "$HOME/$2" ] && [ ! -L "$HOME/$2" ]; then
    complain "$2"
  elif ! { above "$2" && rm -f -- "$HOME/$2" && ln -s -- "$1" "$HOME/$2"; }; then
    complain "$2"
  fi
}

# source_shell_d FILE: an older .bashrc learns to read ~/.shell.d.
source_shell_d() {
  [ -f "$HOME/.bashrc" ] && [ ! -L "$HOME/.bashrc" ] || return 0
  grep -q '\.shell\.d' "$HOME/.bashrc" && return 0
  { echo && cat "$from/$1"; } >>"$HOME/.bashrc" || complain .bashrc
}

# text FILE: its text without blank lines at either end.
text() {
  sed -e '/[^[:space:]]/,$!d' "$1" | sed -e 's/[[:space:]]*$//'
}

# instructions PATH MERGED PREFIX LAYER...: MERGED is what the file holds when the user wrote nothing; PREFIX goes before
# what the user wrote. A file that says the same as a layer is not the user's.
instructions() {
  path=$1 merged=$2 prefix=$3
  shift 3
  mine=
  if [ -f "$HOME/$path" ]; then
    mine=$(text "$HOME/$path")
    for layer in "$merged" "$@"; do
      [ "$mine" = "$(text "$from/$layer")" ] && mine=
    done
  fi
  if [ -z "$mine" ]; then
    install "$from/$merged" "$path" 644
  else
    both=$(umask 077 && mktemp) || { complain "$path"; return; }
    cat "$from/$prefix" "$HOME/$path" >"$both" && install "$both" "$path" 644
    rm -f -- "$both"
  fi
}

# greatest FILE KEY: the greatest number or time that a JSON text has under that key, wherever it is.
greatest() {
  tr ',{}' '\n\n\n' <"$1" | sed -n "s/^[[:space:]]*\"$2\"[[:space:]]*:[[:space:]]*\"\{0,1\}\([0-9][0-9TZ:.-]*\).*/\1/p" |
    LC_ALL=C sort -n | tail -n 1
}

# is_newer VALUE OTHER: whether the first is greater, as number or as text.
is_newer() {
  case $1$2 in
    *T*) [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | LC_ALL=C sort | tail -n 1)" = "$1" ] ;;
    *) [ "${1%%.*}" -gt "${2%%.*}" ] 2>/dev/null ;;
  esac
}

# credentials FILE PATH FRESHNESS: FILE holds only what is to be moved. Where there is jq the rest of the box's file
# stays, and what is not newer (FRESHNESS is a jq path) is left alone. Without jq a login is replaced as a whole file, and only
# by one that is newer than everything in it. Without FRESHNESS nothing tells, and what is there stays.
credentials() {
  if [ -z "$3" ]; then
    [ -s "$HOME/$2" ] || install "$from/$1" "$2" 600
  elif [ -f "$HOME/$2" ] && command -v jq >/dev/null 2>&1; then
    both=$(umask 077 && mktemp) || { complain "$2"; return; }
    if jq -e -s "(.[0] | $3) as \$new | (.[1] | try ($3) catch null) as \$old |
      if (.[1] | type) != \"object\" then .[0]
      elif \$old == null or (\$new != null and \$new > \$old) then .[1] + .[0]
      else null end" "$from/$1" "$HOME/$2" >"$both" 2>/dev/null; then
      install "$both" "$2" 600
    elif ! jq -e . "$HOME/$2" >/dev/null 2>&1; then
      install "$from/$1" "$2" 600
    fi
    rm -f -- "$both"
  elif [ -f "$HOME/$2" ] && key=${3%\"]} && key=${key##*\"} && old=$(greatest "$HOME/$2" "$key") && [ -n "$old" ]; then
    ! is_newer "$(greatest "$from/$1" "$key")" "$old" || install "$from/$1" "$2" 600
  else
    install "$from/$1" "$2" 600
  fi
}

# without PATH PLACES NAME...: takes NAME... out of a JSON text (PLACES is jq's list of them). Without jq a text that has them goes.
without() {
  path=$1
  places=$2
  shift 2
  found=
  for name in "$@"; do
    ! grep -qF "\"$name\"" "$HOME/$path" 2>/dev/null || found=1
  done
  [ -n "$found" ] || return 0
  both=$(umask 077 && mktemp) || { complain "$path"; return; }
  if jq "del($places)" "$HOME/$path" >"$both" 2>/dev/null; then
    install "$both" "$path" 600
  else
    rm -f -- "$HOME/$path" || complain "$path"
  fi
  rm -f -- "$both"
}

# guarded FILE PATH PLACES NAME...: FILE stands in the place of a login. It replaces what stands there of the host's, whatever its age,
# and gives way to a login that the box has of its own: at one of the places (PLACES is jq's list of them, NAME the last name of one) is a
# text that is no placeholder. Without jq a file is replaced as a whole.
guarded() {
  path=$2
  places=$3
  given=$from/$1
  shift 3
  if [ ! -s "$HOME/$path" ]; then
    install "$given" "$path" 600
  elif command -v jq >/dev/null 2>&1; then
    both=$(umask 077 && mktemp) || { complain "$path"; return; }
    if jq -e -s ".[0] as \$new | .[1] | if type != \"object\" then \$new
      elif [$places] | any(.[]; type == \"string\" and . != \"\" and (contains(\"kanibako-secret-\") | not)) then null
      elif . + \$new == . then null
      else . + \$new end" "$given" "$HOME/$path" >"$both" 2>/dev/null; then
      install "$both" "$path" 600
    elif ! jq -e . "$HOME/$path" >/dev/null 2>&1; then
      install "$given" "$path" 600
    fi
    rm -f -- "$both"
  else
    for name in "$@"; do
      ! tr ',{}' '\n\n\n' <"$HOME/$path" | grep "^[[:space:]]*\"$name\"[[:space:]]*:[[:space:]]*\"[^\"]" |
        grep -qv kanibako-secret- || return 0
    done
    cmp -s "$given" "$HOME/$path" || install "$given" "$path" 600
  fi
}

# logins FILE PATH FRESHNESS: as credentials, where each entry of the file is a login of its own.
logins() {
  if [ ! -s "$HOME/$2" ]; then
    install "$from/$1" "$2" 600
    return
  fi
  command -v jq >/dev/null 2>&1 || return 0
  both=$(umask 077 && mktemp) || { complain "$2"; return; }
  if jq -e -s ".[1] as \$own | if (\$own | type) != \"object\" then .[0] else
    (.[0] | with_entries(.key as \$name | select((\$own | has(\$name) | not) or
      ((.value | try ($3) catch null) as \$new | (\$own[\$name] | try ($3) catch null) as \$old |
        \$new != null and (\$old == null or \$new > \$old))))) as \$newer |
    if (\$newer | length) == 0 then null else \$own + \$newer end end" "$from/$1" "$HOME/$2" >"$both" 2>/dev/null; then
    install "$both" "$2" 600
  fi
  rm -f -- "$both"
}

# sweep DAYS PATH: deletes what has not changed for so long in a folder of the home.
sweep() {
  [ -d "$HOME/$2" ] && [ ! -L "$HOME/$2" ] || return 0
  find "$HOME/$2" -xdev -type f -mtime "+$1" -exec rm -f -- {} +
}

# compress DAYS PATTERN: compresses what has not changed for so long; its time stays.
compress() {
  base=$HOME/${2%%/*}
  [ -d "$base" ] && [ ! -L "$base" ] && command -v gzip >/dev/null 2>&1 || return 0
  find "$base" -xdev -type f -mtime "+$1" -path "$HOME/$2" -exec gzip -q -- {} + </dev/null 2>/dev/null
  return 0 # of one that cannot be compressed nobody needs to hear
}

# strays NAME FOLDER: deletes copies of the agent's program of 100 MB and more that its installers leave in a home.
strays() {
  for place in . bin .bin "$2/bin" .npm/_npx; do
    [ -d "$HOME/$place" ] && [ ! -L "$HOME/$place" ] || continue
    depth='-maxdepth 1'
    [ "$place" != .npm/_npx ] || depth=
    # shellcheck disable=SC2086
    find "$HOME/$place" -xdev $depth -type f -name "$1" -size +102399k -exec rm -f -- {} +
  done
}
