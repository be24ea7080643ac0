#!/bin/sh
# Starts the program of this npm package with the runtime that npm installed beside it. No Node runs.
self=$(readlink -f -- "$0") || exit 126
root=${self%/bin/kanibako}
case ${XDG_CACHE_HOME:-} in /*) cache=$XDG_CACHE_HOME/kanibako ;; *) cache=${HOME:-/nonexistent}/.cache/kanibako ;; esac

[ -d "${PWD:-}" ] || [ -n "$(pwd -P 2>/dev/null)" ] || {
  echo "kanibako: The current folder does not exist any more." >&2
  echo "  Go to one that does, such as: cd ~" >&2
  exit 1
}

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
