#!/bin/sh
# Starts the program of this npm package with the runtime that npm installed beside it. No Node runs.
self=$(readlink -f -- "$0") || exit 126
root=${self%/bin/kanibako}
case ${XDG_CACHE_HOME:-} in /*) cache=$XDG_CACHE_HOME/kanibako ;; *) cache=${HOME:-/nonexistent}/.cache/kanibako ;; esac

# As `stub.sh` does, where the current folder was deleted.
# shellcheck disable=SC3013
[ "${PWD:-}" -ef . ] || [ -n "$(pwd -P 2>/dev/null)" ] || {
  cd /
  export KANIBAKO_FOLDER_GONE=1
}

# What root made in the cache there, its owner could not use any more. Root owns / wherever it is root.
# shellcheck disable=SC3067
if [ -n "${SUDO_UID:-}" ] && [ -O / ] && [ -d "${HOME:-}" ] && [ ! -O "$HOME" ]; then
  echo "kanibako: HOME ($HOME) belongs to another user, and this is root." >&2
  echo "  Run kanibako without sudo. To run it as root: sudo -H kanibako" >&2
  exit 1
fi

# Below the package, or beside it where npm keeps all packages in one folder.
for deno in "$root"/node_modules/@deno/linux-*-glibc/deno "${root%/*}"/@deno/linux-*-glibc/deno; do
  [ -x "$deno" ] || continue
  export DENO_DIR="$cache/deno" DENO_NO_UPDATE_CHECK=1
  # shellcheck disable=SC2093
  exec "$deno" @RUN_FLAGS@ "$root/program/cli.js" "$@"
done
echo "kanibako: The runtime that belongs to this package is not installed." >&2
echo "  It needs Linux with glibc on x86_64 or aarch64, and npm's optional packages: npm install --include=optional" >&2
exit 126
