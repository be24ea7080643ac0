# shellcheck shell=sh
# Run once in an image that is not ours, to see what a box would find there. Nothing but what every shell has itself is needed, and
# what is printed is believed no further than a box is. $1: this program, where it is mounted.
echo 'kanibako-look 1'
for name in cat chmod mkdir mv rm sleep; do
  command -v "$name" >/dev/null 2>&1 || echo "missing $name"
done
! command -v tmux >/dev/null 2>&1 || echo 'has tmux'
[ ! -x /bin/bash ] || echo 'has bash'
for file in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
  [ ! -s "$file" ] || { echo 'has certificates'; break; }
done
for file in /lib/ld-musl-*.so.1; do
  [ ! -e "$file" ] || echo 'has musl'
done
for file in /lib64/ld-linux-*.so.* /lib/ld-linux-*.so.* /usr/lib64/ld-linux-*.so.*; do
  [ ! -e "$file" ] || echo 'has glibc'
done
if command -v node >/dev/null 2>&1; then
  echo "node $(node --version 2>/dev/null)"
fi
if [ -n "${1:-}" ] && "$1" --version >/dev/null 2>&1; then
  echo 'has program'
fi
for file in passwd group; do
  [ -r "/etc/$file" ] || continue
  echo "has $file"
  while IFS= read -r line; do
    printf '%s %s\n' "$file" "$line"
  done <"/etc/$file"
done
echo end
