#!/usr/bin/env bash
# Builds rejuv_VERSION_all.deb from dist/bundle and dist/share (made by bundle.sh), into the directory given.
# The same tree gives the same file: times are those of the last commit, owners are root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=${1:?usage: deb.sh DIRECTORY}
umask 022

version=$(node -p 'require("./package.json").version.replace("-", "~")')
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y package.json)}

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
put() { install -D -m "$1" "$2" "$root/$3"; }

# The program. It looks for package.json two levels above itself, and Debian's node is the one to run it.
lib=usr/lib/rejuv
for file in dist/bundle/*.js; do put 644 "$file" "$lib/$file"; done
sed -i '1s|^#!/usr/bin/env -S node|#!/usr/bin/env -S /usr/bin/node|' "$root/$lib/dist/bundle/main.js"
chmod 755 "$root/$lib/dist/bundle/main.js"
node -p 'const { name, version, type } = require("./package.json"); JSON.stringify({ name, version, type })' \
    >"$root/$lib/package.json"
mkdir -p "$root/usr/bin"
ln -s "/$lib/dist/bundle/main.js" "$root/usr/bin/rejuv"

# The service. It is neither enabled nor started: what it does is for a person to say first.
put 644 examples/systemd/rejuv.service usr/lib/systemd/system/rejuv.service
put 644 examples/systemd/rejuv.sysusers usr/lib/sysusers.d/rejuv.conf
put 644 examples/systemd/rejuv.tmpfiles usr/lib/tmpfiles.d/rejuv.conf

# The config file: every line of the example is a comment, so that nothing can come of it before it is written.
mkdir -p "$root/etc/rejuv"
{
    cat packaging/rejuv.yaml.head
    sed -e 's/^/# /' -e 's/[[:space:]]*$//' examples/rejuvenate.yaml
} >"$root/etc/rejuv/rejuv.yaml"

# For an HAProxy on this machine; README.Debian says how it is switched on.
put 755 haproxy/save-server-state "$lib/haproxy/save-server-state"
sed -e "s|/usr/local/sbin/save-server-state|/$lib/haproxy/save-server-state|" \
    -e "s|^# Goes with.*|# Goes with Debian's haproxy.service; README.Debian of this package says how it is switched on.|" \
    haproxy/rejuv-state.conf >"$root/$lib/haproxy/rejuv-state.conf"

# For people.
put 644 dist/share/rejuv.bash usr/share/bash-completion/completions/rejuv
put 644 dist/share/_rejuv usr/share/zsh/vendor-completions/_rejuv
put 644 dist/share/rejuv.fish usr/share/fish/vendor_completions.d/rejuv.fish
put 644 dist/share/rejuv.1 usr/share/man/man1/rejuv.1
doc=usr/share/doc/rejuv
put 644 packaging/debian/README.Debian "$doc/README.Debian"
put 644 CHANGELOG.md "$doc/changelog"
mkdir -p "$root/$doc/docs" "$root/$doc/examples/haproxy"
cp docs/*.md "$root/$doc/docs/"
cp -R examples/. "$root/$doc/examples/"
cp haproxy/* "$root/$doc/examples/haproxy/"
{
    printf 'rejuv itself:\n\n'
    cat LICENSE
    printf '\nIn its bundle:\n\n'
    cat dist/bundle/THIRD-PARTY-LICENSES.md
} >"$root/$doc/copyright"
gzip -9n "$root/usr/share/man/man1/rejuv.1" "$root/$doc/changelog"

# The package.
control=$root/DEBIAN
mkdir "$control"
size=$(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f1)
sed -e "s/@VERSION@/$version/" -e "s/@SIZE@/$size/" packaging/debian/control >"$control/control"
echo /etc/rejuv/rejuv.yaml >"$control/conffiles"
for script in postinst prerm postrm; do install -m 755 "packaging/debian/$script" "$control/$script"; done
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum >"$control/md5sums")
chmod -R u=rwX,go=rX "$root"
find "$root" -print0 | xargs -0 touch --no-dereference --date="@$SOURCE_DATE_EPOCH"
dpkg-deb --root-owner-group -Zxz --build "$root" "$out/rejuv_${version}_all.deb" >/dev/null
