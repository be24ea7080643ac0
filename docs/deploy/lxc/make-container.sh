#!/bin/sh
# make-container.sh OPTIONS: a system container for boxes, by Incus or LXD.
#
#   --program FILE    kanibako's program (needed)
#   --key FILE        public key that may log in as agent
#   --name NAME       [default: kanibako]
#   --image IMAGE     [default: images:debian/13]
#   --plan            print the commands, and do nothing
#
# Boxes are containers in a container: that takes nesting, and ids set aside for the users in it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
name=kanibako image=images:debian/13 key='' program='' plan=''
usage() {
  sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
while [ "$#" -gt 0 ]; do
  case $1 in
    --plan) plan=1 ;;
    --program | --key | --name | --image)
      [ "$#" -ge 2 ] || usage
      case $1 in
        --program) program=$2 ;;
        --key) key=$2 ;;
        --name) name=$2 ;;
        --image) image=$2 ;;
      esac
      shift
      ;;
    *) usage ;;
  esac
  shift
done
[ -n "$program" ] || usage
for file in "$program" "$key"; do
  [ -z "$file" ] || [ -f "$file" ] || { echo "Error: There is no file $file." >&2; exit 1; }
done

if command -v incus >/dev/null; then
  client=incus
elif command -v lxc >/dev/null; then
  client=lxc
elif [ -n "$plan" ]; then
  client=incus
else
  echo "Error: Neither incus nor lxc is on this machine." >&2
  exit 1
fi
do_it() {
  if [ -n "$plan" ]; then
    printf '%s' "$1"
    shift
    printf ' %s' "$@"
    echo
  else
    "$@"
  fi
}

# /dev/net/tun: the network of boxes without root. /dev/fuse: storage on kernels before 5.13.
do_it "$client" launch "$image" "$name" -c security.nesting=true -c security.syscalls.intercept.mknod=true \
  -c security.syscalls.intercept.setxattr=true
do_it "$client" config device add "$name" tun unix-char path=/dev/net/tun mode=0666
do_it "$client" config device add "$name" fuse unix-char path=/dev/fuse mode=0666
do_it "$client" exec "$name" -- sh -c 'until [ -e /run/systemd/system ]; do sleep 0.2; done'
do_it "$client" file push "$here/../host/prepare.sh" "$name/root/prepare.sh" --mode 755
do_it "$client" file push "$program" "$name/root/kanibako" --mode 755
set -- --program /root/kanibako
if [ -n "$key" ]; then
  do_it "$client" file push "$key" "$name/root/key.pub"
  set -- "$@" --key /root/key.pub
fi
do_it "$client" exec "$name" -- /root/prepare.sh "$@"
