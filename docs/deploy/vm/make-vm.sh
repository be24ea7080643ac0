#!/bin/sh
# make-vm.sh OPTIONS: a virtual machine for boxes, by libvirt, from a cloud image of Debian or Ubuntu.
#
#   --key FILE        public key that may log in as agent (needed)
#   --image FILE      the cloud image, qcow2 (needed); it is not changed
#   --url URL         where the machine gets kanibako's program (needed)
#   --sha256 SUM      checksum of that program (needed)
#   --name NAME       [default: kanibako]
#   --memory MIB      [default: 4096]
#   --cpus N          [default: 2]
#   --disk SIZE       [default: 32G]
#   --network NAME    network of libvirt [default: default]
#   --user-data FILE  only write the filled-in user-data there
set -eu

here=$(cd "$(dirname "$0")" && pwd)
usage() {
  sed -n '2,13s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
fail() {
  echo "Error: $1" >&2
  exit 1
}

name=kanibako memory=4096 cpus=2 disk=32G network=default
key='' image='' url='' sum='' only=''
while [ "$#" -ge 2 ]; do
  case $1 in
    --key) key=$2 ;;
    --image) image=$2 ;;
    --url) url=$2 ;;
    --sha256) sum=$2 ;;
    --name) name=$2 ;;
    --memory) memory=$2 ;;
    --cpus) cpus=$2 ;;
    --disk) disk=$2 ;;
    --network) network=$2 ;;
    --user-data) only=$2 ;;
    *) usage ;;
  esac
  shift 2
done
[ "$#" = 0 ] || usage
if [ -z "$key" ] || [ -z "$url" ] || [ -z "$sum" ]; then usage; fi
[ -f "$key" ] || fail "There is no file $key."
case $url in
  https://*[!A-Za-z0-9._~:/?%=\&+@-]*) fail "The address has characters that cannot stand in user-data." ;;
  https://*) ;;
  *) fail "Use an address that begins with https://." ;;
esac
case $sum in
  *[!0-9a-f]*) fail "A SHA-256 checksum is 64 characters of 0-9 and a-f." ;;
esac
[ "${#sum}" = 64 ] || fail "A SHA-256 checksum is 64 characters of 0-9 and a-f."
case $(grep -c . "$key") in
  1) ;;
  *) fail "$key does not hold exactly one public key." ;;
esac
key_line=$(grep . "$key")
case $key_line in
  *[!A-Za-z0-9\ ._+/=@-]*) fail "$key has characters that cannot stand in user-data." ;;
  ssh-* | ecdsa-* | sk-*) ;;
  *) fail "$key is no public key. Use the file that ends with .pub." ;;
esac

fill() {
  # Ampersands stand for what was found, in a replacement.
  escaped=$(printf '%s' "$url" | sed 's/&/\\&/g')
  sed -e "s|REPLACE_KEY|$key_line|" -e "s|REPLACE_URL|$escaped|" -e "s|REPLACE_SHA256|$sum|" "$here/user-data.yml"
}
if [ -n "$only" ]; then
  fill >"$only"
  exit 0
fi

[ -n "$image" ] || usage
[ -f "$image" ] || fail "There is no file $image."
for program in qemu-img virt-install; do
  command -v "$program" >/dev/null || fail "$program is missing: install qemu-utils and virtinst."
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fill >"$work/user-data"
image=$(cd "$(dirname "$image")" && pwd)/$(basename "$image")
folder=${XDG_DATA_HOME:-$HOME/.local/share}/kanibako-vm
mkdir -p "$folder"
[ ! -e "$folder/$name.qcow2" ] || fail "There is a disk $folder/$name.qcow2 already."
qemu-img create -q -f qcow2 -F qcow2 -b "$image" "$folder/$name.qcow2" "$disk"
virt-install --name "$name" --memory "$memory" --vcpus "$cpus" --import --osinfo detect=on,require=off \
  --disk "path=$folder/$name.qcow2" --network "network=$network" --cloud-init "user-data=$work/user-data" \
  --graphics none --noautoconsole
echo "Made the machine $name. Its address: virsh domifaddr $name"
