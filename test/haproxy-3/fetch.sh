#!/usr/bin/env bash
# Puts Debian 13's HAProxy 3.0 and the libraries it needs into .cache/haproxy-3.0, beside this machine's own HAProxy, and
# prints its version. apt works there on lists and caches of its own, so nothing is installed and no source is added.
# Where it cannot be had, one sentence says why, also in .cache/haproxy-3.0/why-not, and the status is still 0.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL=C
umask 022

suite=trixie series=3.0
place=$PWD/.cache/haproxy-$series
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

say() { printf 'haproxy-3: %s\n' "$*"; }
work=
trap 'if [ -n "$work" ]; then rm -rf "$work"; fi' EXIT

# Leaves the reason where the tests find it. What was fetched earlier is gone by then, or never was.
give_up() {
    mkdir -p "$place"
    printf '%s\n' "$*" >"$place/why-not"
    say "no HAProxy $series beside this machine's own: $*"
    exit 0
}

version_of() { "$1" -v 2>&1 | sed -n '1s/^HAProxy version \([^ ]*\).*/\1/p'; }

# Addresses of the archives that apt uses here for this release, whichever way its sources are written down. They are
# tried in turn, and Debian's own key decides which of them is Debian.
mirrors() {
    local codename
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    apt-get --print-uris update 2>/dev/null |
        sed -n "s|^'\(.*\)/dists/$codename/InRelease'.*|\1|p" | awk '!seen[$0]++'
}

# An apt that knows one archive and one suite. Only how to reach an archive (proxies) is taken from the machine's
# settings: its hooks would touch the machine at every update.
configure_apt() {
    local uri=$1 signed=
    if [ -e $keyring ]; then signed=" signed-by=$keyring"; fi
    mkdir -p "$work/lists/partial" "$work/archives/partial"
    echo "deb [arch=$(dpkg --print-architecture)$signed] $uri $suite main" >"$work/sources.list"
    {
        env -u APT_CONFIG apt-config dump | grep '^Acquire::' | grep -v '^Acquire::IndexTargets' || true
        cat <<EOT
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$work";
Dir::State::lists "$work/lists";
Dir::State::status "$work/status";
Dir::Cache "$work";
Dir::Cache::archives "$work/archives";
Acquire::Languages "none";
Acquire::Retries "1";
Acquire::http::Timeout "15";
Acquire::https::Timeout "15";
APT::Update::Error-Mode "any";
EOT
        # Without root no other user can be taken on; with root that user may not reach a clone in a home directory.
        echo "APT::Sandbox::User \"$(id -un)\";"
    } >"$work/apt.conf"
    : >"$work/status"
    export APT_CONFIG=$work/apt.conf
}

candidate() { apt-cache policy "$1" | sed -n 's/^  Candidate: //p'; }

# HAProxy's libraries, and theirs; what its package needs only to be installed is left out.
needed() {
    local known=' haproxy ' todo=(haproxy) next package
    while [ ${#todo[@]} -gt 0 ]; do
        next=()
        while read -r package; do
            case $known in *" $package "*) continue ;; esac
            known+="$package "
            next+=("$package")
        done < <(apt-cache depends --important "${todo[@]}" |
            sed -n -E 's/^ +(Pre)?Depends: ((lib|zlib)[^ :]*).*/\2/p')
        todo=(${next[@]+"${next[@]}"})
    done
    echo "$known"
}

# Name and version of each package to unpack. Its C library goes with its loader; of the others, only those that this
# machine has in another version or not at all.
differing() {
    local package version
    for package in $(needed); do
        version=$(candidate "$package")
        case $package in
        haproxy | libc6) ;;
        *) [ "$(dpkg-query -W -f '${Version}' "$package" 2>/dev/null)" != "$version" ] || continue ;;
        esac
        echo "$package=$version"
    done
}

# HAProxy's master starts itself anew at a reload, by the name it was called by: the loader passes on this script's.
# The script forks nothing, for it runs as the master, and a shell that waits would reap the master's old workers.
write_launcher() {
    cat >"$1" <<EOT
#!/bin/sh
here=\${0%/*}
exec "\$here/lib/$2" --argv0 "\$0" --library-path "\$here/lib" "\$here/haproxy.bin" "\$@"
EOT
    chmod 755 "$1"
}

# Unpacks into $work/new, and leaves there only what the loader says that HAProxy uses.
assemble() {
    local new=$work/new deb file loader
    mkdir -p "$new/lib" "$work/root" "$work/all"
    for deb in "$work"/*.deb; do dpkg-deb -x "$deb" "$work/root"; done
    cp "$work/root/usr/sbin/haproxy" "$new/haproxy.bin"
    find "$work/root" -path '*/lib/*' -name '*.so*' \( -type f -o -type l \) ! -path '*/share/*' -exec cp -P -n {} "$work/all" \;
    loader=$(cd "$work/all" && ls ld-linux*.so.* | head -n 1)
    # The C library opens its name services only when it looks a user up.
    for file in "$loader" $(cd "$work/all" && ls libnss_*.so.* 2>/dev/null) \
        $("$work/all/$loader" --library-path "$work/all" --list "$new/haproxy.bin" |
            sed -n "s|.* => $work/all/\([^ ]*\) .*|\1|p"); do
        cp -L "$work/all/$file" "$new/lib/$file"
    done
    write_launcher "$new/haproxy" "$loader"
}

if [ -x "$place/haproxy" ] && version=$(version_of "$place/haproxy") && [ "${version#"$series".}" != "$version" ]; then
    say "$version"
    exit 0
fi
rm -rf "$place"
mkdir -p .cache
for program in apt-get apt-cache dpkg-deb dpkg-query; do
    command -v $program >/dev/null || give_up "there is no $program here"
done
work=$(mktemp -d "$PWD/.cache/haproxy-$series.XXXXXX")
case $work in *[[:space:]]*) give_up 'the path of this clone has a space in it, which a list of apt cannot hold' ;; esac
uris=$(mirrors)
[ -n "$uris" ] || give_up "apt's sources name no archive of this machine's own release"
found=
for uri in $uris; do
    (unset APT_CONFIG; configure_apt "$uri")
    export APT_CONFIG=$work/apt.conf
    if timeout 120 apt-get -qq update >"$work/log" 2>&1; then
        case $(candidate haproxy) in "$series".*) found=yes && break ;; esac
    fi
done
[ -n "$found" ] ||
    give_up "no archive that apt uses here gives HAProxy $series of $suite ($(grep -m 1 '^[EW]:' "$work/log" || echo 'it has none'))"
differing >"$work/packages"
(cd "$work" && timeout 240 xargs apt-get -qq download <packages >log 2>&1) ||
    give_up "a package of $suite could not be downloaded ($(grep -m 1 '^E:' "$work/log" || echo 'it took too long'))"
assemble
version=$(version_of "$work/new/haproxy" || true)
[ -n "$version" ] ||
    give_up "HAProxy of $suite does not run here ($("$work/new/haproxy" -v 2>&1 | head -n 1))"
cp "$work/packages" "$work/new/downloaded"
chmod -R a+rX "$work/new"
mv "$work/new" "$place"
say "$version"
