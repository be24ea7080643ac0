#!/bin/sh
# authorize.sh [--session-only] [--add] PROJECT KEYFILE: lets a key into one box.
#
# Prints the line for ~/.ssh/authorized_keys; with --add, adds it there, once. KEYFILE is the public key (id_ed25519.pub).
set -eu

usage() {
  echo "Usage: authorize.sh [--session-only] [--add] PROJECT KEYFILE" >&2
  exit 2
}
fail() {
  echo "Error: $1" >&2
  exit 1
}

options=
add=
while :; do
  case ${1:-} in
    --session-only) options=' --session-only' ;;
    --add) add=1 ;;
    -*) usage ;;
    *) break ;;
  esac
  shift
done
[ "$#" = 2 ] || usage
project=$1
key_file=$2

# The words stand in quotes in that file, and sshd gives them to a shell.
case $project in
  '' | -* | *[!A-Za-z0-9._/-]*) fail "'$project' is no project's name, such as api or client/api." ;;
esac
forced=$(cd "$(dirname "$0")" && pwd)/forced.sh
case $forced in
  *[!A-Za-z0-9._/+-]*) fail "The path of $forced has characters that authorized_keys cannot hold." ;;
esac
[ -f "$key_file" ] || fail "There is no file $key_file."
case $(grep -c . "$key_file") in
  1) ;;
  *) fail "$key_file does not hold exactly one public key." ;;
esac
key=$(grep . "$key_file")
case $key in
  ssh-* | ecdsa-* | sk-*) ;;
  *) fail "$key_file is no public key. Use the file that ends with .pub." ;;
esac
ssh-keygen -l -f "$key_file" >/dev/null || fail "ssh-keygen cannot read $key_file."

line="restrict,pty,command=\"$forced$options $project\" $key"
if [ -z "$add" ]; then
  printf '%s\n' "$line"
  exit 0
fi

umask 077
mkdir -p "$HOME/.ssh"
keys=$HOME/.ssh/authorized_keys
if [ -f "$keys" ] && grep -qxF -- "$line" "$keys"; then
  echo "$keys has this key for $project already."
  exit 0
fi
# A key that opens more than the box would make the new line useless: sshd takes the first that fits.
body=$(printf '%s\n' "$key" | cut -d ' ' -f 1,2)
if [ -f "$keys" ] && grep -qF -- "$body" "$keys"; then
  fail "$keys has this key already, for something else. Use a key of its own for each box."
fi
# Written beside and renamed, so that no login meets half a file.
new=$(mktemp "$keys.XXXXXX")
if [ -f "$keys" ]; then cat "$keys" >"$new"; fi
if [ -s "$new" ] && [ -n "$(tail -c 1 "$new")" ]; then echo >>"$new"; fi
printf '%s\n' "$line" >>"$new"
mv "$new" "$keys"
echo "Added to $keys: this key opens the box $project."
