# shellcheck shell=bash
# What is missing of the system's packages, and how this system installs them.

package_manager() {
  if has apt-get; then echo apt; elif has dnf; then echo dnf; elif has pacman; then echo pacman; else echo unknown; fi
}

any_file() {
  local file
  for file in "$@"; do [ ! -e "$file" ] || return 0; done
  return 1
}

# Whether a thing is there. The names are ours: package_name says what each system calls them.
is_present() {
  case $1 in
    uidmap) has newuidmap ;;
    netavark) any_file /usr/lib/podman/netavark /usr/libexec/podman/netavark /opt/cni/bin/bridge /usr/lib/cni/bridge ;;
    aardvark-dns) any_file /usr/lib/podman/aardvark-dns /usr/libexec/podman/aardvark-dns /opt/cni/bin/bridge /usr/lib/cni/bridge ;;
    catatonit) has catatonit || any_file /usr/libexec/podman/catatonit /usr/lib/podman/catatonit ;;
    certificates) any_file /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt ;;
    debian-keyring) any_file /usr/share/keyrings/debian-archive-keyring.gpg ;;
    nftables) has nft ;;
    docker) has dockerd ;;
    docker-cli) has docker ;;
    btrfs) has mkfs.btrfs ;;
    xfs) has mkfs.xfs ;;
    script) has script ;;
    requests) has python3 && python3 -c 'import requests' 2>/dev/null ;;
    sshd) has sshd || any_file /usr/sbin/sshd ;;
    *) has "$1" ;;
  esac
}

# What this system calls a thing; nothing when it has no such package.
package_name() {
  case $2:$1 in
    *:pasta) echo passt ;;
    apt:certificates) echo ca-certificates ;;
    apt:debian-keyring) echo debian-archive-keyring ;;
    apt:docker) echo docker.io ;;
    apt:btrfs) echo btrfs-progs ;;
    apt:xfs) echo xfsprogs ;;
    apt:xz) echo xz-utils ;;
    apt:script) echo bsdutils ;;
    apt:setpriv) echo util-linux ;;
    pacman:requests) echo python-requests ;;
    *:requests) echo python3-requests ;;
    *:setpriv) echo util-linux ;;
    pacman:sshd) echo openssh ;;
    *:sshd) echo openssh-server ;;
    dnf:uidmap) echo shadow-utils ;;
    dnf:certificates | pacman:certificates) echo ca-certificates ;;
    dnf:iptables) echo iptables-nft ;;
    dnf:catatonit | pacman:uidmap | pacman:script) ;;
    dnf:debian-keyring) echo debian-keyring ;;
    pacman:debian-keyring) echo debian-archive-keyring ;;
    pacman:mmdebstrap) echo debootstrap ;;
    dnf:docker) echo moby-engine ;;
    pacman:docker | pacman:docker-cli) echo docker ;;
    dnf:btrfs | pacman:btrfs) echo btrfs-progs ;;
    dnf:xfs | pacman:xfs) echo xfsprogs ;;
    dnf:script) echo util-linux-script ;;
    dnf:npm) echo nodejs-npm ;;
    dnf:shellcheck) echo ShellCheck ;;
    *) echo "$1" ;;
  esac
}

# need_packages THING...: installs those that are missing. What a system does not have is reported and not fatal: the program says
# itself what it cannot do without.
need_packages() {
  local manager thing name
  manager=$(package_manager)
  local missing=()
  for thing in "$@"; do
    is_present "$thing" && continue
    name=$(package_name "$thing" "$manager")
    [ -z "$name" ] || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$manager" != unknown ] ||
    die "This system's package manager is not known." "Install these yourself, then try again: ${missing[*]}"
  can_be_root ||
    die "Missing: ${missing[*]}" "Installing them needs root, and there is no sudo here. Ask who runs this machine."
  step "Missing on this machine: ${missing[*]}"
  confirm "Install them with ${manager/apt/apt-get}?" ||
    die "Nothing was installed." "Install them yourself, then try again: ${missing[*]}"
  "install_with_$manager" "${missing[@]}"
}

install_with_apt() {
  quietly as_root apt-get -q update || note "The package lists could not be refreshed; trying with those that are here."
  local known=() name
  for name in "$@"; do
    if apt_knows "$name"; then known+=("$name"); else note "This release has no package $name; going on without it."; fi
  done
  [ ${#known[@]} -eq 0 ] || quietly as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -q install --yes --no-install-recommends "${known[@]}" ||
    die "The packages could not be installed: ${known[*]}"
  [[ " ${known[*]} " != *" openssh-server "* ]] || keep_ssh_server_off
}

# Debian starts a server with its package. The tests only need the program, and start it themselves.
keep_ssh_server_off() {
  [ -d /run/systemd/system ] || return 0
  quietly as_root systemctl disable --now ssh.service ||
    note "The SSH server that was installed for the tests may be running. To end it: systemctl disable --now ssh"
}

# Not piped into 'grep -q': that ends at the first match, and under pipefail the writer's broken pipe is a failure.
apt_knows() {
  local policy
  policy=$(LC_ALL=C apt-cache policy "$1" 2>/dev/null)
  [[ $policy =~ Candidate:\ [^\(] ]]
}

install_with_dnf() {
  local name
  for name in "$@"; do
    quietly as_root dnf install --assumeyes --setopt=install_weak_deps=False "$name" ||
      note "The package $name could not be installed; going on without it."
  done
}

install_with_pacman() {
  quietly as_root pacman -Sy --noconfirm || note "The package lists could not be refreshed."
  local name
  for name in "$@"; do
    quietly as_root pacman -S --noconfirm --needed "$name" ||
      note "The package $name could not be installed; going on without it."
  done
}

# What a box needs on the host. mmdebstrap makes a base image where no image registry can be reached.
need_box_packages() {
  need_packages podman crun runc uidmap slirp4netns pasta iptables nftables netavark aardvark-dns fuse-overlayfs catatonit \
    mmdebstrap debian-keyring certificates git gzip tar "$@"
}

# And what the tests need beside.
need_test_packages() {
  need_box_packages npm node docker docker-cli tmux setpriv sudo btrfs xfs zstd xz script shellcheck wget requests sshd
}
