#!/bin/sh
# run.sh [OPTIONS] [-- COMMAND...]: boxes within one container of podman or docker, for machines where only containers run.
#
#   --program FILE    kanibako's program (needed)
#   --image IMAGE     a Debian or Ubuntu image with podman in it [default: localhost/kanibako-oci]
#   --workspace DIR   folder with your projects, shown as /work
#   --data NAME       volume for boxes and settings [default: kanibako-data]
#   --engine NAME     podman or docker [default: podman]
#   --images          use the images of this machine's podman too, read-only
#   --plan            print the command, and do nothing
#
# The container is privileged: it can do to this machine what root can. It keeps boxes from each other, not from this machine.
set -eu

program='' image=localhost/kanibako-oci workspace='' data=kanibako-data engine=podman images='' plan=''
usage() {
  sed -n '2,12s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
while [ "$#" -gt 0 ]; do
  case $1 in
    --plan) plan=1 ;;
    --images) images=1 ;;
    --)
      shift
      break
      ;;
    --program | --image | --workspace | --data | --engine)
      [ "$#" -ge 2 ] || usage
      case $1 in
        --program) program=$2 ;;
        --image) image=$2 ;;
        --workspace) workspace=$2 ;;
        --data) data=$2 ;;
        --engine) engine=$2 ;;
      esac
      shift
      ;;
    *) usage ;;
  esac
  shift
done
[ -n "$program" ] || usage
[ -f "$program" ] || { echo "Error: There is no file $program." >&2; exit 1; }
case $engine in podman | docker) ;; *) usage ;; esac
absolute() { (cd "$(dirname "$1")" && printf '%s/%s' "$(pwd)" "$(basename "$1")"); }
if [ "$#" = 0 ]; then set -- bash -l; fi
here=$(cd "$(dirname "$0")" && pwd)

folder=/root
[ -z "$workspace" ] || folder=/work
store=--tmpfs=/var/lib/shared
if [ -n "$images" ]; then
  [ "$engine" = podman ] || { echo "Error: --images is for podman." >&2; exit 2; }
  store=--volume=$(podman info --format '{{.Store.GraphRoot}}'):/var/lib/shared:ro
fi
terminal=
[ ! -t 0 ] || terminal=--tty
# Root of the inner podman is root of this container; its storage is in the volume, not in layers above layers.
set -- "$engine" run --rm --interactive ${terminal:+"$terminal"} --privileged --init \
  --security-opt seccomp=unconfined --security-opt label=disable \
  --volume "$data:/root" --volume "$data-storage:/var/lib/containers" \
  --volume "$here/storage.conf:/etc/containers/storage.conf:ro" "$store" \
  --volume "$(absolute "$program"):/usr/local/bin/kanibako:ro" \
  ${workspace:+--volume "$(absolute "$workspace"):/work"} \
  --env HOME=/root --user 0:0 --workdir "$folder" "$image" "$@"
if [ -n "$plan" ]; then
  printf '%s' "$1"
  shift
  printf ' %s' "$@"
  echo
  exit 0
fi
exec "$@"
