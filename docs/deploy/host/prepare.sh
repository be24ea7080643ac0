#!/bin/sh
# prepare.sh [OPTIONS]: makes a fresh Debian or Ubuntu a host for boxes. Run it as root; it may be run again.
#
#   --user NAME       account that boxes belong to [default: agent]; made if it is not there
#   --key FILE        public key that may log in to that account
#   --program FILE    kanibako's program; installed as /usr/local/bin/kanibako
#   --no-packages     install no packages
#   --plan            print what would be done, and do nothing
set -eu

user=agent
key=''
program=''
packages=1
plan=''

usage() {
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
while [ "$#" -gt 0 ]; do
  case $1 in
    --user | --key | --program)
      [ "$#" -ge 2 ] || usage
      case $1 in
        --user) user=$2 ;;
        --key) key=$2 ;;
        --program) program=$2 ;;
      esac
      shift
      ;;
    --no-packages) packages= ;;
    --plan) plan=1 ;;
    *) usage ;;
  esac
  shift
done
case $user in
  root | '' | -* | *[!a-z0-9_-]*) echo "Error: '$user' cannot be the account for boxes." >&2; exit 2 ;;
esac
for file in "$key" "$program"; do
  [ -z "$file" ] || [ -f "$file" ] || { echo "Error: There is no file $file." >&2; exit 1; }
done
[ -n "$plan" ] || [ "$(id -u)" = 0 ] || { echo "Error: Run this as root, or with --plan." >&2; exit 1; }

do_it() {
  if [ -n "$plan" ]; then
    printf 'Would run:'
    printf ' %s' "$@"
    echo
  else
    "$@"
  fi
}
# In the account's home all is done as that account: root would follow the links that it can put there.
as_user() { do_it runuser -u "$user" -- "$@"; }
# write FILE: standard input, whole or not at all, readable by the account only.
write() {
  if [ -n "$plan" ]; then
    echo "Would write: $1"
    cat >/dev/null
    return
  fi
  # shellcheck disable=SC2016
  as_user sh -c 'umask 077 && new=$(mktemp "$1.XXXXXX") && cat >"$new" && mv "$new" "$1"' sh "$1"
}
is_user() { id "$user" >/dev/null 2>&1; }

if [ -n "$packages" ]; then
  do_it env DEBIAN_FRONTEND=noninteractive apt-get update -q
  # What boxes need beside podman, which recommends only some of it; tmux is in the rigs, and not needed here.
  do_it env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    podman crun runc uidmap slirp4netns passt netavark aardvark-dns iptables nftables catatonit dbus-user-session \
    fuse-overlayfs mmdebstrap debian-archive-keyring ca-certificates git jq openssh-server xz-utils zstd
fi

is_user || do_it useradd --create-home --shell /bin/bash "$user"
# useradd sets ids aside where it is set up to; where it is not, boxes have no users of their own.
if [ -n "$plan" ] || ! grep -q "^$user:" /etc/subuid 2>/dev/null; then
  do_it usermod --add-subuids 100000-165535 --add-subgids 100000-165535 "$user"
fi
home=$(getent passwd "$user" | cut -d : -f 6)
home=${home:-/home/$user}

as_user mkdir -p -m 700 "$home/.config/containers"
if [ -n "$plan" ] || ! as_user test -e "$home/.config/containers/storage.conf"; then
  # Before anything is stored: images are not converted later.
  printf '[storage]\ndriver = "overlay"\n' | write "$home/.config/containers/storage.conf"
fi

if [ -n "$key" ]; then
  keys=$home/.ssh/authorized_keys
  as_user mkdir -p -m 700 "$home/.ssh"
  had=''
  [ -n "$plan" ] || had=$(as_user cat "$keys" 2>/dev/null) || true
  if ! printf '%s\n' "$had" | grep -qxFf "$key"; then
    { [ -z "$had" ] || printf '%s\n' "$had"; cat "$key"; } | write "$keys"
  fi
fi

if [ -n "$program" ]; then do_it install -m 755 "$program" /usr/local/bin/kanibako; fi

# Boxes go on after a logout, and those of units start with the machine.
if [ -d /run/systemd/system ] || [ -n "$plan" ]; then do_it loginctl enable-linger "$user"; fi

if [ -z "$plan" ]; then
  echo "Ready. Next, as $user: kanibako setup"
fi
