#!/usr/bin/perl
# Stands in for systemd's side of sd_notify(3): prints each message that comes to the socket, one line each. What comes
# with a message (the descriptor of a barrier) is closed unread, and that is what the sender of a barrier waits for.
use strict;
use warnings;
use IO::Socket::UNIX;
use Socket qw(SOCK_DGRAM);

my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die "$ARGV[0]: $!\n";
chmod 0777, $ARGV[0];
$| = 1;
print "listening\n";
while (defined recv $socket, my $message, 65536, 0) {
    $message =~ tr/\n/ /;
    print "$message\n" unless $message =~ /^BARRIER=1/;
}
