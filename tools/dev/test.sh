# shellcheck shell=bash
# ./dev test: every test, on every engine this machine can have, as root and as an ordinary user. What follows the set-up is
# tools/test/run.ts.

# shellcheck source=tools/dev/agents.sh
. "$root/tools/dev/agents.sh"

test_user=kanibako-test
scratch=
own_dockerd=
# For the runner: the phases there are, and the titles of those that could not begin.
run_words=()

test_everything() {
  local phase=all
  case ${1:-} in unit | podman | docker | rootless | rigs)
    phase=$1
    shift
    ;;
  esac
  scratch=$(mktemp -d)
  trap clean_up EXIT
  need_deno
  case $phase in all | unit) run_words+=(--phase=unit) ;; esac
  [ "$phase" = unit ] || set_up_tests "$phase"
  step "Tests"
  run_tests "${run_words[@]}" "$@"
}

# In the background, since a shell that waits for a program of the foreground passes no signal on.
run_tests() {
  "$deno" run -A --no-check --quiet "$root/tools/test/run.ts" "$@" &
  local runner=$! code=0 signal
  for signal in INT TERM HUP; do
    # shellcheck disable=SC2064
    trap "kill -$signal $runner 2>/dev/null || true" "$signal"
  done
  # A signal ends the waiting, not the runner.
  while kill -0 "$runner" 2>/dev/null; do
    code=0
    wait "$runner" || code=$?
  done
  return "$code"
}

set_up_tests() {
  need_test_packages
  prepare_host "$(id -un)"
  [ "$1" = rigs ] || need_agents
  step "Building"
  build >&2
  if [ "$1" = rigs ]; then
    run_words+=(--phase=rigs)
    return
  fi
  if is_root; then
    case $1 in all | podman) run_words+=(--phase=podman) ;; esac
    case $1 in all | docker) set_up_docker ;; esac
    case $1 in all | rootless) set_up_rootless ;; esac
  else
    note "Not root: rootless podman is tested, docker when this user may use it, podman as root is not."
    case $1 in all | podman | rootless) run_words+=(--phase=podman) ;; esac
    case $1 in all | docker)
      if docker info >/dev/null 2>&1; then run_words+=(--phase=docker); else note "docker does not answer to this user."; fi
      ;;
    esac
  fi
}

set_up_docker() {
  if start_docker; then
    run_words+=(--phase=docker)
  else
    run_words+=("--lost=docker does not start")
  fi
}

# A daemon that runs is used; otherwise one is started here, and stopped at the end.
start_docker() {
  ! docker info >/dev/null 2>&1 || return 0
  step "Starting dockerd"
  # Its own default for open files may lie above what this machine allows. What the terminal sends is not for it.
  setsid dockerd --default-ulimit "nofile=$(ulimit -Sn):$(ulimit -Hn)" >"$scratch/dockerd.log" 2>&1 &
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
set_up_rootless() {
  step "Preparing the user $test_user"
  id "$test_user" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$test_user"
  prepare_host "$test_user"
  local home
  home=$(test_home)
  copy_checkout "$home/checkout"
  install -D -m 0755 "$deno" "$home/bin/deno"
  chown -R "$test_user:" "$home/bin" "$home/checkout"
  run_words+=(--phase=rootless)
}

# Without what belongs to this checkout alone. A new copy is made each time, so that deleted files are gone there too.
copy_checkout() {
  mkdir -p "$1/.deno/agents"
  find "$1" -mindepth 1 -maxdepth 1 ! -name .deno -exec rm -rf {} +
  tar -C "$root" --exclude=./.deno --exclude=./.git -cf - . | tar -C "$1" -xf -
  cp -a --update "$agents/." "$1/.deno/agents/"
}

test_home() { getent passwd "$test_user" | cut -d: -f6; }

# Before the tests of an engine, so that none of them has to wait for a build of minutes. The program is unpacked once for all of
# them, where tests/support/program.ts looks for it.
# shellcheck disable=SC2016
prepare=(sh -c '
  case $KANIBAKO_TEST_ENGINE:$(id -u) in docker:*) phase=d ;; podman:0) phase=p ;; *) phase=r ;; esac
  folder=${TMPDIR:-/tmp}/kanibako-$KANIBAKO_TEST_RUN$phase-unpacked
  mkdir -m 0700 "$folder" && XDG_CACHE_HOME=$folder "$1" --version && "$1" rig prep && exec "$1" rig prep browser' sh)

# run_within PHASE (deno WORDS... | rig): a program as the tests of a phase have it, in place of this shell. What tools/test/run.ts
# starts. Working folder: the checkout, or the user's copy.
run_within() {
  local phase=$1 program=$2
  shift 2
  local argv=("$deno" "$@")
  [ "$program" = deno ] || argv=("${prepare[@]}" "$root/dist/kanibako")
  cd "$root"
  case $phase in
    unit) exec "${argv[@]}" ;;
    podman | docker)
      exec env KANIBAKO_TEST_ENGINE="$phase" KANIBAKO_ENGINE="$phase" PATH="$agents/node_modules/.bin:$PATH" "${argv[@]}"
      ;;
    rigs) exec env KANIBAKO_TEST_ENGINE=podman KANIBAKO_ENGINE=podman "${argv[@]}" ;;
    rootless) within_rootless "$program" "$@" ;;
    *) die "There is no phase $phase." ;;
  esac
}

within_rootless() {
  local program=$1 home
  shift
  home=$(test_home)
  local argv=("$home/bin/deno" "$@")
  [ "$program" = deno ] || argv=("${prepare[@]}" "$home/checkout/dist/kanibako")
  exec_as_user "$test_user" KANIBAKO_TEST_ENGINE=podman KANIBAKO_TEST_RUN="${KANIBAKO_TEST_RUN:-user}" NO_COLOR=1 \
    DENO_TLS_CA_STORE="$DENO_TLS_CA_STORE" DENO_NO_UPDATE_CHECK=1 \
    PATH="$home/checkout/.deno/agents/node_modules/.bin:$home/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" \
    sh -c 'cd "$1" && shift && exec "$@"' sh "$home/checkout" "${argv[@]}"
}

clean_up() {
  if [ -n "$own_dockerd" ]; then
    kill "$own_dockerd" 2>/dev/null && wait "$own_dockerd" 2>/dev/null
  fi
  rm -rf "$scratch"
}
