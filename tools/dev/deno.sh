# shellcheck shell=bash
# Deno at the pinned version: from PATH when it is the right one, else from the checkout's own folder .deno.

deno=

need_deno() {
  [ -z "$deno" ] || return 0
  local candidate
  for candidate in "$root/.deno/bin/deno" "$(command -v deno || true)"; do
    if is_right_deno "$candidate"; then
      deno=$candidate
      return 0
    fi
  done
  step "Getting Deno $deno_version into $root/.deno"
  mkdir -p "$root/.deno/bin"
  if has npm; then
    deno_from_npm || deno_from_installer || deno_failed
  else
    deno_from_installer || { install_npm && deno_from_npm; } || deno_failed
  fi
  deno=$root/.deno/bin/deno
  is_right_deno "$deno" || deno_failed
}

# The first word it says, so that another version of the same name is noticed.
is_right_deno() {
  [ -n "$1" ] && [ -x "$1" ] && [ "$("$1" --version 2>/dev/null | awk 'NR==1 {print $2}')" = "$deno_version" ]
}

# The binary lies ready in the package for this platform: no install script has to run.
deno_from_npm() {
  note "npm install deno@$deno_version"
  npm install --prefix "$root/.deno" --ignore-scripts --no-audit --no-fund --loglevel=error \
    "deno@$deno_version" >&2 || return 1
  local binary
  for binary in "$root"/.deno/node_modules/@deno/*/deno; do
    if is_right_deno "$binary"; then
      ln -sf "../${binary#"$root/.deno/"}" "$root/.deno/bin/deno"
      return 0
    fi
  done
  return 1
}

deno_from_installer() {
  has curl || return 1
  note "Deno's installer, https://deno.land/install.sh"
  local script
  script=$(curl -fsSL --connect-timeout 5 --max-time 60 https://deno.land/install.sh 2>/dev/null) || return 1
  DENO_INSTALL=$root/.deno sh -s -- -y --no-modify-path "v$deno_version" <<<"$script" >&2
}

install_npm() {
  # shellcheck source=tools/dev/packages.sh
  . "$root/tools/dev/packages.sh"
  need_packages npm
}

deno_failed() {
  die "Cannot get Deno $deno_version." \
    "Install npm (or Deno $deno_version itself, so that 'deno --version' says $deno_version) and try again."
}
