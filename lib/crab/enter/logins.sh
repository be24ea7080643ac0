# shellcheck shell=sh disable=SC1090,SC1091,SC2015,SC2030,SC2031,SC2034,SC2086,SC2154
# Part of `enter`: keeps the logins of the box and of the host the same.

# Copies what the host wants to know. Only what changed, so that asking often costs nothing.
take() {
  [ -r "$in/take" ] || return 0
  while read -r id path; do
    [ -f "$HOME/$path" ] || continue
    cmp -s "$HOME/$path" "$out/$id" 2>/dev/null && continue
    (umask 077 && cat "$HOME/$path" >"$out/.$id.$$") && mv -f "$out/.$id.$$" "$out/$id" && tell_host
    rm -f "$out/.$id.$$"
  done <"$in/take"
}

# Keeps the logins of this box and of the host the same while the command runs: applies what is handed in later, and leaves
# what was renewed here.
minder=
mind() {
  [ -r "$in/take" ] || return 0
  (
    exec 9>&- </dev/null >/dev/null 2>&1
    while sleep 10; do
      apply
      take
    done
  ) &
  minder=$!
}

# The last copies are made by who leaves the exit code.
end_mind() {
  [ -z "$minder" ] || kill -KILL "$minder" 2>/dev/null
}
