# shellcheck shell=bash
# ./dev test: every test, on every engine this machine can have, as root and as an ordinary user.

test_user=kanibako-test
claude_version=2.1.197
codex_version=0.169.0
agents=$root/.deno/agents
passed=0
failed=0
scratch=
own_dockerd=

test_everything() {
  local phase=all
  case ${1:-} in unit | podman | docker | rootless)
    phase=$1
    shift
    ;;
  esac
  scratch=$(mktemp -d)
  trap clean_up EXIT
  need_deno
  if [ "$phase" = unit ]; then
    unit_tests "$@"
  else
    set_up_tests
    run_phases "$phase" "$@"
  fi
  say ""
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}

set_up_tests() {
  need_test_packages
  prepare_host "$(id -un)"
  need_agents
  step "Building"
  build >&2
}

run_phases() {
  local phase=$1
  shift
  [ "$phase" != all ] || unit_tests "$@"
  if is_root; then
    case $phase in all | podman) engine_tests "podman as root" podman "$@" ;; esac
    case $phase in all | docker) docker_tests "$@" ;; esac
    case $phase in all | rootless) rootless_tests "$@" ;; esac
  else
    note "Not root: rootless podman is tested, docker when this user may use it, podman as root is not."
    case $phase in all | podman | rootless) engine_tests "rootless podman" podman "$@" ;; esac
    case $phase in all | docker)
      if docker info >/dev/null 2>&1; then engine_tests docker docker "$@"; else note "docker does not answer to this user."; fi
      ;;
    esac
  fi
}

# Agents from npm, in a folder of the checkout. Claude Code's install script fetches nothing: it puts the binary in place.
need_agents() {
  if [ -x "$agents/node_modules/.bin/claude" ] && [ -x "$agents/node_modules/.bin/codex" ]; then return 0; fi
  step "Getting Claude Code and Codex into $agents"
  mkdir -p "$agents"
  npm install --prefix "$agents" --no-audit --no-fund --loglevel=error \
    "@anthropic-ai/claude-code@$claude_version" "@openai/codex@$codex_version" >&2 ||
    die "The agents could not be installed from npm." "Without them a part of the tests cannot be run."
}

# Those of use cases change PATH, which all tests of one process share: they have a process of their own.
unit_tests() {
  deno_test "unit" "$deno" "$root" --parallel --ignore=tests/engine,tests/escape,tests/e2e,tests/app "$@" -- tests
  deno_test "use cases" "$deno" "$root" "$@" -- tests/app
}

# engine_tests TITLE ENGINE ARGS...: as the user who calls.
engine_tests() {
  local title=$1 engine=$2
  shift 2
  prepare_rig env KANIBAKO_ENGINE="$engine" "$root/dist/kanibako"
  KANIBAKO_TEST_ENGINE=$engine PATH=$agents/node_modules/.bin:$PATH \
    deno_test "$title" "$deno" "$root" "$@" -- "${engine_folders[@]}"
}

# prepare_rig PROGRAM...: before the tests, so that none of them has to wait for a build of minutes.
prepare_rig() {
  step "Preparing the rig"
  "$@" rig prep >&2 || note "The rig could not be prepared; tests that need it will fail."
}

engine_folders=(tests/engine tests/escape tests/e2e)

docker_tests() {
  start_docker || {
    failed=$((failed + 1))
    note "docker does not start: counted as one failure."
    return 0
  }
  engine_tests docker docker "$@"
}

# A daemon that runs is used; otherwise one is started here, and stopped at the end.
start_docker() {
  ! docker info >/dev/null 2>&1 || return 0
  step "Starting dockerd"
  # Its own default for open files may lie above what this machine allows.
  dockerd --default-ulimit "nofile=$(ulimit -Sn):$(ulimit -Hn)" >"$scratch/dockerd.log" 2>&1 &
  own_dockerd=$!
  local try
  for try in {1..60}; do
    ! docker info >/dev/null 2>&1 || return 0
    kill -0 "$own_dockerd" 2>/dev/null || break
    sleep 0.5
  done
  note "dockerd gave up or did not answer (try $try):"
  tail -n 5 "$scratch/dockerd.log" >&2
  return 1
}

# The same tests as a user without rights: the main way this program is used. The user works on a copy.
rootless_tests() {
  step "Preparing the user $test_user"
  id "$test_user" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$test_user"
  prepare_host "$test_user"
  local home
  home=$(getent passwd "$test_user" | cut -d: -f6)
  copy_checkout "$home/checkout"
  install -D -m 0755 "$deno" "$home/bin/deno"
  chown -R "$test_user:" "$home/bin" "$home/checkout"
  prepare_rig as_user "$test_user" "$home/checkout/dist/kanibako"
  deno_test "rootless podman" "as_test_user $home" "$home/checkout" "$@" -- "${engine_folders[@]}"
}

# Without what belongs to this checkout alone. A new copy is made each time, so that deleted files are gone there too.
copy_checkout() {
  mkdir -p "$1/.deno/agents"
  find "$1" -mindepth 1 -maxdepth 1 ! -name .deno -exec rm -rf {} +
  tar -C "$root" --exclude=./.deno --exclude=./.git -cf - . | tar -C "$1" -xf -
  cp -a --update "$agents/." "$1/.deno/agents/"
}

# as_test_user HOME ARGS...: deno as that user, with a clean environment.
as_test_user() {
  local home=$1
  shift
  as_user "$test_user" KANIBAKO_TEST_ENGINE=podman NO_COLOR=1 \
    DENO_TLS_CA_STORE="$DENO_TLS_CA_STORE" DENO_NO_UPDATE_CHECK=1 \
    PATH="$home/checkout/.deno/agents/node_modules/.bin:$home/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" \
    sh -c 'cd "$1" && shift && exec deno "$@"' sh "$home/checkout" "$@"
}

# deno_test TITLE RUNNER FOLDER ARGS... -- FOLDERS...: runs 'deno test' and adds up what it reports.
deno_test() {
  local title=$1 runner=$2 folder=$3
  shift 3
  local words=()
  while [ "$1" != -- ]; do
    words+=("$1")
    shift
  done
  shift
  local present=() path
  for path in "$@"; do [ ! -e "$folder/$path" ] || present+=("$path"); done
  step "Tests: $title"
  [ ${#present[@]} -gt 0 ] || {
    note "there are none"
    return 0
  }
  local code=0 log=$scratch/log
  # The runner may be a function with an argument, so it is split on purpose.
  # shellcheck disable=SC2086
  (cd "$folder" && NO_COLOR=1 $runner test -A --no-check "${words[@]}" "${present[@]}") 2>&1 | tee "$log" >&2 || code=$?
  add_up "$log" "$code"
}

# A run without a summary, or one that fails though no test did, counts as one failure.
add_up() {
  local summary good=0 bad=0
  summary=$(sed 's/\x1b\[[0-9;]*m//g' "$1" | grep -E '^(ok|FAILED) \| [0-9]+ passed' | tail -n 1 || true)
  if [ -n "$summary" ]; then
    good=$(sed -E 's/.* ([0-9]+) passed.*/\1/' <<<"$summary")
    bad=$(sed -E 's/.* ([0-9]+) failed.*/\1/' <<<"$summary")
  fi
  [ "$2" -eq 0 ] && [ -n "$summary" ] || [ "$bad" -gt 0 ] || bad=1
  passed=$((passed + good))
  failed=$((failed + bad))
}

clean_up() {
  if [ -n "$own_dockerd" ]; then
    kill "$own_dockerd" 2>/dev/null && wait "$own_dockerd" 2>/dev/null
  fi
  rm -rf "$scratch"
}
