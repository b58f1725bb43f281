#!/usr/bin/env bash
# Makes this clone ready to run: Debian packages, Node's packages, the build. Does only what is missing, says what it
# does, and leaves the git tree as it was. Needs Node, npm and apt; nothing else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin # without root, the path often lacks them

say() { printf 'set-up: %s\n' "$*"; }
fail() {
    printf 'set-up: %s\n' "$*" >&2
    exit 1
}

check_node() {
    command -v node >/dev/null || fail 'there is no node in the path: install Node 20.19 or newer'
    command -v npm >/dev/null || fail 'there is no npm in the path: it comes with Node'
    node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
        process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' ||
        fail "this is Node $(node --version), and rejuv needs 20.19 or newer"
}

# What the lab calls, and the Debian package it comes in.
missing_packages() {
    local program package
    while read -r program package; do
        command -v "$program" >/dev/null || echo "$package"
    done <<'EOT' | sort -u
haproxy haproxy
sshd openssh-server
ssh openssh-client
ssh-keygen openssh-client
socat socat
ip iproute2
unshare util-linux
nsenter util-linux
setpriv util-linux
pkill procps
hostname hostname
mount mount
zsh zsh
fish fish
prometheus prometheus
prometheus-node-exporter prometheus-node-exporter
prometheus-alertmanager prometheus-alertmanager
EOT
    # Only a lab of root's has a sudo of its own inside; without root a script stands in for it.
    if [ "$(id -u)" = 0 ] && ! command -v sudo >/dev/null; then echo sudo; fi
}

# Installing one of these would start it as a service and at every boot; this machine asked for neither.
services_of() {
    case " $* " in *' haproxy '*) echo haproxy.service ;; esac
    case " $* " in *' openssh-server '*) echo ssh.service ssh.socket ;; esac
    case " $* " in *' prometheus '*) echo prometheus.service ;; esac
    case " $* " in *' prometheus-node-exporter '*) echo prometheus-node-exporter.service ;; esac
    case " $* " in *' prometheus-alertmanager '*) echo prometheus-alertmanager.service ;; esac
}

install_packages() {
    local root=() services service systemd=no status=0
    command -v apt-get >/dev/null ||
        fail "not installed: $*. There is no apt-get here: install what provides them, then try again"
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null ||
            fail "not installed: $*. You are neither root nor is there sudo: ask root for \`apt-get install $*\`"
        sudo -n true 2>/dev/null || [ -t 0 ] ||
            fail "not installed: $*. sudo wants a password and there is no terminal to ask on: run \`sudo apt-get install $*\`"
        root=(sudo)
    fi
    say "installing $* with apt-get"
    read -ra services <<<"$(services_of "$@" | tr '\n' ' ')"
    if [ -d /run/systemd/system ] && [ ${#services[@]} -gt 0 ]; then systemd=yes; fi
    # Under systemd a masked unit is not started; under any other init, nothing is started in runlevel 1.
    if [ $systemd = yes ]; then "${root[@]}" systemctl mask --runtime --quiet "${services[@]}" 2>/dev/null || true; fi
    local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 PREVLEVEL=N apt-get -qq -o DPkg::Lock::Timeout=300)
    # Output only matters when it fails. One dead source among several need not stop the installation.
    "${apt[@]}" update >"$log" 2>&1 || true
    "${apt[@]}" install --yes --no-install-recommends "$@" >>"$log" 2>&1 || status=$?
    if [ $systemd = yes ]; then
        "${root[@]}" systemctl unmask --runtime --quiet "${services[@]}" 2>/dev/null || true
    fi
    for service in "${services[@]}"; do
        "${root[@]}" systemctl disable --quiet "$service" >/dev/null 2>&1 || true
        "${root[@]}" update-rc.d "${service%.*}" disable >/dev/null 2>&1 || true
    done
    if [ $status -ne 0 ]; then
        tail -n 20 "$log" >&2
        fail "apt-get could not install $* (status $status); see above"
    fi
    if [ ${#services[@]} -gt 0 ]; then say "not started: ${services[*]}; the tests run their own"; fi
}

install_node_packages() {
    # npm writes its own copy of the lock file last, so that copy is as old as the installation.
    if [ node_modules/.package-lock.json -nt package-lock.json ]; then return; fi
    say "installing Node's packages with npm ci"
    npm ci --no-fund --no-audit --loglevel=error >"$log" 2>&1 || {
        tail -n 20 "$log" >&2
        fail 'npm ci failed; see above'
    }
}

build() {
    local stamp=.cache/built
    if [ -e dist/main.js ] && [ -e "$stamp" ] &&
        [ -z "$(find src package-lock.json tsconfig.json .config/tsconfig.build.json -newer "$stamp" -print -quit)" ]; then
        return
    fi
    say 'building dist'
    touch .cache/building # whatever is saved while it builds is newer than this
    npm run --silent build >"$log" 2>&1 || {
        tail -n 40 "$log" >&2
        fail 'the build failed; see above'
    }
    mv .cache/building "$stamp"
}

check_node
mkdir -p .cache
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Two of these at once in one clone would install over each other.
exec 9>.cache/set-up.lock
flock 9 2>/dev/null || true
mapfile -t missing < <(missing_packages)
if [ ${#missing[@]} -gt 0 ]; then install_packages "${missing[@]}"; fi
install_node_packages
build
# Tests of the next HAProxy run where it can be had; without it they are skipped with the reason.
bash test/haproxy-3/fetch.sh || echo 'set-up: no HAProxy 3.0 beside this one' >&2
