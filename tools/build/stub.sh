#!/bin/sh
# kanibako @VERSION@. This text starts the program; the bytes after it are the program and the runtime it needs, unpacked
# at the first run into the cache folder. From then on only what is above the word "unpack" runs, and starts no process.
case ${XDG_CACHE_HOME:-} in /*) cache=$XDG_CACHE_HOME/kanibako ;; *) cache=${HOME:-}/.cache/kanibako ;; esac
home=$cache/bin
folder=$home/@PROGRAM_KEY@

is_whole() { [ -x "$folder/deno" ] && [ -f "$folder/cli.js" ]; }

# Where the current folder was deleted, the runtime cannot start. It starts in another one and knows of it: commands that name their
# project work. Another folder may have taken the path.
# shellcheck disable=SC3013
[ "${PWD:-}" -ef . ] || [ -n "$(pwd -P 2>/dev/null)" ] || {
  cd /
  export KANIBAKO_FOLDER_GONE=1
}

start() {
  # Where this file is, for what replaces it by a newer one.
  export DENO_DIR="$cache/deno" DENO_NO_UPDATE_CHECK=1 KANIBAKO_PROGRAM="$0"
  # shellcheck disable=SC2093
  exec "$folder/deno" @RUN_FLAGS@ "$folder/cli.js" "$@"
}

# Owned by us, and in a folder of ours that others may not enter: nobody else can have put it there.
# shellcheck disable=SC3067
if [ -O "$home" ] && [ -O "$folder" ] && is_whole; then start "$@"; fi

# unpack
stub_size=@STUB_SIZE@
program_size=@PROGRAM_SIZE@
runtime_size=@RUNTIME_SIZE@

fail() {
  echo "kanibako: $1" >&2
  [ -z "${2:-}" ] || echo "  $2" >&2
  exit 1
}

# Creates a folder of ours that nobody else may enter, or makes sure that it is one.
private_folder() {
  [ -d "$1" ] || mkdir -p "$1" 2>/dev/null || fail "Cannot make the folder $1." "$choose"
  # shellcheck disable=SC3067
  [ -O "$1" ] || fail "The folder $1 belongs to another user." "$choose"
  case $(ls -ld "$1") in
    drwx------*) ;;
    *) fail "The folder $1 is open to other users." "Run 'chmod 700 $1' if nobody else could have put files there." ;;
  esac
}

# part SKIP SIZE: some bytes of this file.
part() {
  tail -c "+$(($1 + 1))" "$self" | head -c "$2"
}

unpack() {
  mkdir "$new" "$new/program" "$new/runtime"
  part "$stub_size" "$program_size" | tar -xzf - -C "$new/program" || return 1
  # The runtime is the same in most builds, so it has a folder of its own and the others hold links to it.
  if [ ! -x "$home/@RUNTIME_KEY@/deno" ]; then
    part "$((stub_size + program_size))" "$runtime_size" | gzip -dc >"$new/runtime/deno" || return 1
    chmod 0755 "$new/runtime/deno" && chmod 0755 "$new/runtime"
    rm -rf "${home:?}/@RUNTIME_KEY@.old" && mv -T "$new/runtime" "$home/@RUNTIME_KEY@" 2>/dev/null
  fi
  runtime=$home/@RUNTIME_KEY@/deno
  ln "$runtime" "$new/program/deno" 2>/dev/null || cp "$runtime" "$new/program/deno" || return 1
  # A box may run as another user: the program is readable, and the folder above it keeps this host's users out.
  chmod -R a+rX "$new/program" || return 1
  # It appears whole or not at all, so one that lacks something was damaged since.
  if [ -d "$folder" ] && ! is_whole; then rm -rf "$folder"; fi
  mv -T "$new/program" "$folder" 2>/dev/null
  is_whole
}

case ${HOME:-} in
  /*) ;;
  *) fail "HOME is not set to an absolute path." "Set HOME to your home directory and try again." ;;
esac
# What root made there, its owner could not use any more. Root owns / wherever it is root.
# shellcheck disable=SC3067
if [ -O / ] && [ -d "$HOME" ] && [ ! -O "$HOME" ] && [ -n "${SUDO_UID:-}" ]; then
  fail "HOME ($HOME) belongs to another user, and this is root." \
    "Run kanibako without sudo. To run it as root: sudo -H kanibako"
fi
choose="Set XDG_CACHE_HOME to a folder of yours, on a disk that allows programs to run."
case $0 in */*) self=$0 ;; *) self=$(command -v -- "$0") ;; esac
[ -r "$self" ] || fail "Cannot read the program file $self."
umask 077
private_folder "$home"
new=$home/.new.$$
rm -rf "$new"
trap 'rm -rf "$new"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
# It takes a second or more, and only a person wonders.
[ ! -t 2 ] || echo "Unpacking kanibako @VERSION@ for its first run." >&2
unpack || fail "Cannot unpack the program into $folder." "Make sure that the disk is not full. $choose"
rm -rf "$new"
trap - EXIT INT TERM HUP
start "$@"
exit 126
