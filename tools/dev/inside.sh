#!/bin/sh
# Runs in the box: what is this place, and what may it see?
line() { printf '   %-14s %s\n' "$1" "$2"; }

line "who" "$(id -un) (uid $(id -u)) on $(uname -n)"
line "where" "$(pwd), $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)"
line "home" "$HOME"
line "capabilities" "$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status) (0000000000000000 is none)"
line "escalation" "no_new_privs=$(sed -n 's/^NoNewPrivs:[[:space:]]*//p' /proc/self/status), sudo $(sudo -n true 2>/dev/null && echo works || echo 'does not work') inside"
# By the kernel's own table: the tools for it may not be in the rig.
line "network" "$(awk 'NR > 2 {sub(":.*", "", $1); printf "%s ", $1}' /proc/net/dev)"
line "kanibako" "$(kanibako --version 2>&1 | head -n 1)"
echo "   from the host it sees:"
# Fields 4 (path on the host's file system), 5 (path here) and 6 (options), without the container's own inner works.
awk '$5 !~ "^/(proc|sys|dev)(/|$)" && $5 != "/" {split($6, option, ","); printf "     %-3s %s\n", option[1], $5}' \
  /proc/self/mountinfo | sort -k 2 -u
