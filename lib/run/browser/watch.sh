# What runs in the container beside a box: the browser, for as long as the box is there. Whoever started it may be killed,
# so it looks itself: the box's own process listens in the network that both share.
#
# $1: the port to listen on; $2: what the kernel's table of sockets shows while the box is there; $3: seconds between looks.
name=
for name in chromium-headless-shell /headless-shell/headless-shell chrome-headless-shell headless-shell chromium \
  chromium-browser google-chrome google-chrome-stable; do
  command -v "$name" >/dev/null 2>&1 && break
  name=
done
if [ -z "$name" ]; then
  echo "There is no Chromium in this image." >&2
  exit 127
fi
cd /tmp || exit 126
"$name" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --no-default-browser-check \
  --disable-background-networking --disable-component-update --disable-sync --user-data-dir=/tmp/profile \
  --remote-debugging-address=127.0.0.1 --remote-debugging-port="$1" about:blank >/dev/null 2>&1 &
browser=$!
trap 'kill "$browser" 2>/dev/null; exit 143' TERM INT HUP
missing=0
while kill -0 "$browser" 2>/dev/null; do
  sleep "${3:-5}" &
  wait $!
  case $(cat /proc/net/tcp 2>/dev/null) in
    *"$2"*) missing=0 ;;
    *) missing=$((missing + 1)) ;;
  esac
  [ "$missing" -lt 6 ] || break
done
kill "$browser" 2>/dev/null
wait "$browser"
