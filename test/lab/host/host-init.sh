#!/bin/sh
# The first process of one boot of a lab host, in its own network, mount, pid, uts, ipc and time namespaces.
# Usage: host-init.sh NAME ADDRESS DIRECTORY ROOTLESS NODE
# It says `pid N` (as seen from outside) and waits for a line: by then its network card has been plugged in.
# Later lines on its standard output are orders of this host to the outside, such as `reboot`; sbin/systemctl writes
# them into the pipe /run/orders.
set -eu
name=$1 address=$2 dir=$3 rootless=$4 node=$5
read -r pid _ </proc/self/stat
echo "pid $pid"
read -r _

hostname "$name"
ip -batch - <<EOT
link set lo up
address add $address/24 dev eth0
link set eth0 up
EOT
mount -t proc proc /proc
echo '1024 65535' >/proc/sys/net/ipv4/ip_local_port_range 2>/dev/null || true

mount -t tmpfs -o mode=755 run /run
mkdir -p /run/lab /run/sshd /run/haproxy /run/shop
mount --bind "$dir" /run/lab
mount --bind /run/lab/haproxy /run/haproxy
# Node may be installed in a home directory that the shop's user cannot enter.
mount --bind /run/lab/app /run/shop
touch /run/node
mount --bind "$node" /run/node
for file in passwd group hosts; do mount --bind "/run/lab/etc/$file" "/etc/$file"; done
if [ "$rootless" = no ]; then
    mount --bind /run/lab/etc/shadow /etc/shadow
    mount --bind /run/lab/etc/sudoers /etc/sudoers
    mount --bind /run/lab/etc/sudoers.d /etc/sudoers.d
fi
mount --bind /run/lab/sbin /usr/local/sbin
mount --bind /run/lab/boot_id /proc/sys/kernel/random/boot_id

# Memory file systems hide the machine's own; what a disk would keep over a reboot is bound from the lab's directory.
mount -t tmpfs -o mode=755 varlib /var/lib
mkdir -p /var/lib/shop /var/lib/haproxy /var/lib/rejuv
[ "$rootless" = yes ] || chown rejuv:rejuv /var/lib/rejuv
mount --bind /run/lab/disk /var/lib/shop
mount -t tmpfs -o mode=1777 vartmp /var/tmp
mkdir /var/tmp/shop
mount -t tmpfs -o mode=1777 tmp /tmp
cd /

mkfifo -m 600 /run/orders
exec 4<>/run/orders
cat <&4 &
exec 4<&-
/run/lab/sbin/sshd-start
/run/lab/start
echo ready
sleep 2147483647 &
wait $! # a waiting shell reaps the orphans that fall to the first process
