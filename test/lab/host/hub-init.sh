#!/bin/sh
# The first process of a lab's hub: a network namespace with the bridge that joins all hosts, and a pid namespace that
# holds everything the lab starts. It lives as long as its standard input: when the program that started the lab ends,
# however it ends, the pipe closes, this process ends, and the kernel ends the rest.
set -eu
read -r pid _ </proc/self/stat # /proc is still the one of the program outside, and so is this pid
ip -batch - <<EOT
link set lo up
link add br0 type bridge forward_delay 0 stp_state 0
address add $1/24 dev br0
link set br0 up
EOT
# Clients that open a connection per request must not run out of ports.
echo '1024 65535' >/proc/sys/net/ipv4/ip_local_port_range 2>/dev/null || true
echo 1 >/proc/sys/net/ipv4/tcp_tw_reuse 2>/dev/null || true
echo "pid $pid"
exec 3<&0
cat <&3 >/dev/null &
wait $! # and not a plain `cat`: only a waiting shell reaps the orphans that fall to the first process
