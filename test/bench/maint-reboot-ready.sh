#!/bin/sh
# What many have: maint-reboot-ready.sh SERVER ADDRESS PORT SOCKET...   ($SSH: the ssh command with its options)
set -eu
server=$1 address=$2 port=$3; shift 3
for socket; do echo "set server shop/$server state maint" | socat - "$socket"; done
$SSH "$address" sudo -n systemctl reboot || true
sleep 3
until $SSH "$address" true; do sleep 0.5; done
until socat -u OPEN:/dev/null "TCP:$address:$port,connect-timeout=1"; do sleep 0.2; done
for socket; do echo "set server shop/$server state ready" | socat - "$socket"; done
