# shellcheck shell=bash
# Nudges for hosts on which containers do not work out of the box. Each is what other systems do automatically.

# prepare_host USER: what this user's boxes need from the machine.
prepare_host() {
  open_device /dev/net/tun "rootless networks"
  open_device /dev/fuse "rootless storage"
  is_root && [ "$1" = root ] && return 0
  add_subordinate_ids "$1"
  choose_storage_driver "$1"
}

# Every udev makes these two usable for all; machines without udev (containers, small VMs) leave them to root.
open_device() {
  [ -c "$1" ] || return 0
  case $(stat -c %a "$1") in *6 | *7) return 0 ;; esac
  can_be_root || { note "$1 is for root only, which $2 need otherwise: ask who runs this machine."; return 0; }
  note "$1: making it usable for all, as udev does ($2)"
  as_root chmod 0666 "$1" || note "$1 could not be changed; going on."
}

add_subordinate_ids() {
  local file option
  for file in /etc/subuid /etc/subgid; do
    grep -qs "^\($1\|$(id -u "$1")\):" "$file" && continue
    can_be_root || { note "$file has no entry for $1: rootless podman needs one."; continue; }
    option=--add-subuids
    [ "$file" = /etc/subuid ] || option=--add-subgids
    local start
    start=$(next_subordinate_id "$file")
    note "$file: giving $1 the ids $start to $((start + 65535)), for rootless boxes"
    as_root usermod "$option" "$start-$((start + 65535))" "$1"
  done
}

# Behind every range that is taken.
next_subordinate_id() {
  [ -r "$1" ] || { echo 100000; return; }
  awk -F: 'BEGIN {end = 100000} $2 + $3 > end {end = $2 + $3} END {print end}' "$1"
}

# Where nothing is configured podman 4 may silently copy whole images (vfs). Kernels from 5.13 on can do better.
choose_storage_driver() {
  local home config
  home=$(getent passwd "$1" | cut -d: -f6)
  config=$home/.config/containers/storage.conf
  kernel_at_least 5 13 || return 0
  # The system has chosen: newer packages of podman bring such a file.
  ! any_file /etc/containers/storage.conf /usr/share/containers/storage.conf || return 0
  run_as "$1" test -e "$config" && return 0
  run_as "$1" test -e "$home/.local/share/containers/storage" && return 0
  note "$config: choosing the overlay driver, since podman would take the slow vfs here"
  run_as "$1" sh -c "mkdir -p '${config%/*}' && printf '[storage]\ndriver = \"overlay\"\n' >'$config'"
}

run_as() {
  local name=$1
  shift
  if [ "$name" = "$(id -un)" ]; then "$@"; else as_user "$name" "$@"; fi
}

kernel_at_least() {
  local major minor
  IFS=.- read -r major minor _ < <(uname -r)
  [ "$major" -gt "$1" ] || { [ "$major" -eq "$1" ] && [ "$minor" -ge "$2" ]; }
}
