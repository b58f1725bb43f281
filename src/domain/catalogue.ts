/**
 * The closed catalogue of everything that can go wrong, as data: what to say, what to do, which exit status when
 * nothing was changed yet, which HTTP status. An operation that had already acted ends with exit status 1 whatever
 * the code. docs/errors.md is made from it (`npm run docs`); a test keeps both equal.
 */

/** 1 tried and failed · 2 usage or config · 3 blocked by a guard · 4 a needed peer did not answer · 5 aborted. */
export type ExitStatus = 1 | 2 | 3 | 4 | 5;

export interface Entry {
  readonly exit: ExitStatus;
  readonly http: 400 | 404 | 409 | 422 | 500 | 502 | 504;
  /** The sentence; `{name}` is replaced by the fact of that name. */
  readonly message: string;
  readonly fix: string;
}

export const catalogue = {
  // The command line and the config file
  usage: { exit: 2, http: 400, message: '{problem}', fix: 'run `rejuv help`' },
  'config-unreadable': {
    exit: 2,
    http: 422,
    message: 'cannot read the config file {path}: {problem}',
    fix: 'name the file with -c, or let `rejuv init` write one',
  },
  'config-invalid': {
    exit: 2,
    http: 422,
    message: '{count} problem(s) in the config file {path}:\n{problems}',
    fix: 'correct the lines named above; nothing was changed',
  },
  'rates-unreadable': {
    exit: 2,
    http: 422,
    message: 'cannot read the rates of --given in {path}: {problem}',
    fix: 'name a file such as examples/rates.yaml',
  },
  'rates-invalid': {
    exit: 2,
    http: 422,
    message: '{count} problem(s) in the rates of --given in {path}:\n{problems}',
    fix: 'correct the lines named above; examples/rates.yaml shows every field',
  },
  'picture-unwritable': {
    exit: 1,
    http: 500,
    message: 'cannot write the picture {path}: {problem}',
    fix: 'name a file in a directory that is there and can be written',
  },
  'model-input': {
    exit: 2,
    http: 422,
    message: 'the availability model cannot use {field}: {problem}',
    fix: 'correct this value; nothing was computed',
  },
  'model-reducible': {
    exit: 2,
    http: 422,
    message: 'with these rates the cluster gets stuck: {problem}',
    fix: 'give every state a way back: a failure, rejuvenation or repair rate above 0',
  },
  'model-too-large': {
    exit: 2,
    http: 422,
    message: 'this cluster is too large for an exact solution: {problem}',
    fix: 'fewer servers or fewer simultaneous rejuvenations',
  },
  'model-unsolved': {
    exit: 1,
    http: 500,
    message: 'the availability model found no trustworthy solution: {problem}',
    fix: 'check the rates: they may lie too far apart for double precision',
  },
  'reload-refused': {
    exit: 3,
    http: 409,
    message: '`{field}` differs from what the sidecar was started with, and cannot change while it runs',
    fix: 'restart the sidecar, or take this change back; nothing was changed',
  },
  'unknown-backend': {
    exit: 2,
    http: 404,
    message: 'the config file has no backend {backend}; it has: {known}',
    fix: 'use one of these names, or add the backend to the config file',
  },
  'unknown-server': {
    exit: 2,
    http: 404,
    message: 'backend {backend} of the config file has no server {server}; it has: {known}',
    fix: 'use one of these names, or add the server to the config file',
  },
  'unknown-operation': {
    exit: 2,
    http: 404,
    message: 'there is no operation {id}',
    fix: '`rejuv status` lists the running operations, `rejuv history` the ended ones',
  },
  'operation-ended': {
    exit: 3,
    http: 409,
    message: 'operation {id} has already ended: {phase}',
    fix: '`rejuv history` shows how',
  },

  // Writing a config file from a running HAProxy
  'no-haproxy': {
    exit: 4,
    http: 502,
    message: 'no running HAProxy was found: {problem}',
    fix: 'name its runtime socket with --socket; `stats socket` in haproxy.cfg says where it is',
  },
  'nothing-to-write': {
    exit: 3,
    http: 409,
    message: 'HAProxy has no backend that rejuv could look after: {problem}',
    fix: 'give both load balancers the same backends and servers, with addresses',
  },
  'file-exists': {
    exit: 3,
    http: 409,
    message: '{path} exists; nothing was changed',
    fix: 'name another file with --output, or replace this one with --force',
  },
  'file-unwritable': {
    exit: 3,
    http: 409,
    message: 'cannot write {path}: {problem}',
    fix: 'name another file with --output (- is standard output), or run it as a user who may write there',
  },

  // The samples of measured aging
  'samples-unwritable': {
    exit: 1,
    http: 500,
    message: 'cannot write samples in {path}: {problem}',
    fix: 'see to the disk; until then they are kept in memory alone, and a restart loses them',
  },
  'samples-set-aside': {
    exit: 1,
    http: 500,
    message: 'samples in {path} were damaged ({problem}) and set aside as {aside}; the others are used',
    fix: 'nothing is needed; see whether the disk is failing, and remove the file',
  },
  'source-silent': {
    exit: 4,
    http: 504,
    message: 'source {source} of {backend}/{server} gave no answer within {deadlineMs} ms',
    fix: 'see whether it hangs, or give it a longer `timeout`',
  },
  'source-stale': {
    exit: 3,
    http: 409,
    message: 'source {source} of backend {backend} gives nothing usable of {servers}: {problem}',
    fix: 'what rests on it stays blocked until it answers; see `rejuv check`',
  },

  // The runtime API of one load balancer
  'socket-missing': {
    exit: 4,
    http: 502,
    message: '{loadBalancer}: no socket at {socket}',
    fix: 'check the path against `stats socket` in haproxy.cfg, and that HAProxy has been started',
  },
  'socket-denied': {
    exit: 4,
    http: 502,
    message: '{loadBalancer}: no permission to open {socket}',
    fix: "run rejuv as a member of the socket's group (`stats socket … group … mode 660`)",
  },
  'haproxy-down': {
    exit: 4,
    http: 502,
    message: '{loadBalancer}: nothing answers at {socket} ({problem})',
    fix: 'start HAProxy there, or check the address',
  },
  'haproxy-silent': {
    exit: 4,
    http: 504,
    message: '{loadBalancer}: no answer to `{command}` within {deadlineMs} ms',
    fix: 'see whether HAProxy hangs, or whether other clients hold all connections of the socket (`stats maxconn`)',
  },
  'not-haproxy': {
    exit: 4,
    http: 502,
    message: '{loadBalancer}: what answers at {socket} is not an HAProxy runtime socket: {problem}',
    fix: 'check the address',
  },
  'reply-truncated': {
    exit: 4,
    http: 502,
    message:
      '{loadBalancer}: the reply to `{command}` ended early, after {bytes} bytes without its final empty line',
    fix: 'try again; if it stays, see whether HAProxy was being restarted',
  },
  'reply-too-long': {
    exit: 4,
    http: 502,
    message: '{loadBalancer}: the reply to `{command}` is longer than {limit} bytes',
    fix: 'check that the address is an HAProxy runtime socket',
  },
  'haproxy-level': {
    exit: 3,
    http: 502,
    message: '{loadBalancer}: {socket} does not allow changes: its level is not admin',
    fix: 'add `level admin` to the `stats socket` line and reload HAProxy',
  },
  'haproxy-refused': {
    exit: 1,
    http: 502,
    message: '{loadBalancer}: HAProxy refused `{command}`: {reply}',
    fix: 'see what the reply says',
  },
  'backend-missing': {
    exit: 3,
    http: 409,
    message: 'backend {backend} does not exist on {loadBalancer}',
    fix: 'give both load balancers the same backends, or correct the name in the config file',
  },
  'server-missing': {
    exit: 3,
    http: 409,
    message: 'server {backend}/{server} does not exist on {loadBalancer}',
    fix: 'give both load balancers the same servers, or correct the name in the config file',
  },
  'address-differs': {
    exit: 3,
    http: 409,
    message: 'server {backend}/{server} is {first} on one load balancer and {second} on the other',
    fix: 'give both load balancers the same address and port for it',
  },
  'old-process': {
    exit: 4,
    http: 502,
    message: '{loadBalancer}: the old process (pid {pid}) answered after a reload',
    fix: 'try again; the new process takes over the socket within a second',
  },

  // Gates of admission
  'backend-busy': {
    exit: 3,
    http: 409,
    message: 'operation {id} ({kind} of {server}, {phase}) is open in backend {backend}',
    fix: 'wait for it (`rejuv watch {id}`) or end it (`rejuv abort {id}`)',
  },
  paused: {
    exit: 3,
    http: 409,
    message: 'paused by {by} since {since}, {until}: {reason}',
    fix: 'end it with `rejuv resume`, or add --force --reason; drain, maint and ready are not held up',
  },
  'not-paused': { exit: 3, http: 409, message: 'nothing is paused', fix: 'nothing to do' },
  frozen: {
    exit: 3,
    http: 409,
    message: '{scope}: frozen until {until}: {reason}',
    fix: 'wait for the end of the freeze, or add --force --reason; drain, maint and ready are not held up',
  },
  'outside-window': {
    exit: 3,
    http: 409,
    message: '{scope}: no window of the calendar is open; the next opens {next}',
    fix: 'let the schedule and `calendar.windows` meet; `rejuv plan` shows both',
  },
  spacing: {
    exit: 3,
    http: 409,
    message: '{scope}: the last rejuvenation ended too recently; the next may start at {until}',
    fix: 'wait, or shorten `calendar.spacing`',
  },
  'at-once': {
    exit: 3,
    http: 409,
    message: '{scope}: {limit} at once is the limit, and {open} is open',
    fix: 'wait for it, end it with `rejuv abort`, or raise `calendar.maxAtOnce`',
  },
  'freeze-unreadable': {
    exit: 3,
    http: 409,
    message: 'cannot read the freezes in {path}: {problem}',
    fix: 'correct the file or its permissions: while it is unknown whether there is a freeze, nothing starts',
  },
  'run-missed': {
    exit: 3,
    http: 409,
    message: 'schedule {cron} of backend {backend} was due {due} and not started: {problem}',
    fix: 'nothing to do; `catchUp: within 1h` in the schedule starts such a run late',
  },
  'condition-fails': {
    exit: 3,
    http: 409,
    message: 'backend {backend}: no server fits `when: {condition}`: {figures}',
    fix: 'nothing to do: the schedule asks again when it is due again',
  },
  'no-capacity': {
    exit: 3,
    http: 409,
    message:
      'backend {backend} could not carry its traffic without {server}: by {figure} it serves {served} now and usually {usual} at this hour; with headroom {need} are needed, and the others have been seen to carry {have}',
    fix: 'it is let when there is less traffic, by past weeks at {until}; or add a server, or lower `capacity.headroom`',
  },
  'capacity-unknown': {
    exit: 3,
    http: 409,
    message:
      'nobody can tell whether backend {backend} could carry its traffic with one server less: {problem}',
    fix: 'let the sidecar run and measure for a while; `rejuv check` says what is wrong with a source',
  },
  'backend-queueing': {
    exit: 3,
    http: 409,
    message:
      'backend {backend} is full: {queue} request(s) wait in the queue of the backend itself, for whichever server is free first',
    fix: 'it is let once none waits; more servers or a higher maxconn would help for good',
  },
  'requests-queueing': {
    exit: 3,
    http: 409,
    message: 'servers of backend {backend} are full: {queue} request(s) wait in their queues',
    fix: 'it is let once none waits; more servers or a higher maxconn would help for good',
  },
  'alert-firing': {
    exit: 3,
    http: 409,
    message: 'the alert {alert} fires since {since}, says {url}: {labels}',
    fix: 'see to the alert, or except it in `blockers`; a person may go on with --force --reason',
  },
  'alerts-unknown': {
    exit: 3,
    http: 409,
    message: 'nobody can tell whether an alert fires: {url}: {problem}',
    fix: 'see why it does not answer; a person may go on with --force --reason',
  },
  deploying: {
    exit: 3,
    http: 409,
    message: 'the shop is being deployed: {path} is there since {since}',
    fix: 'it is let once the file is gone, or at {until}; remove it if a deploy has left it behind',
  },
  'marker-unreadable': {
    exit: 3,
    http: 409,
    message: 'cannot tell whether the shop is being deployed: {path}: {problem}',
    fix: 'let the sidecar see this file; what is unknown blocks',
  },
  'no-longer-aged': {
    exit: 1,
    http: 409,
    message: '{backend}/{server} has recovered: `{rule}` holds no more: {evidence}',
    fix: 'nothing to do: it serves on as before',
  },
  'aging-unknown': {
    exit: 3,
    http: 409,
    message: '{backend}/{server}: nobody can tell whether `{rule}` still holds: {problem}',
    fix: 'let `rejuv check` say what is wrong with its source; it is tried again by itself',
  },
  'no-go-ahead': {
    exit: 1,
    http: 409,
    message: '{backend}/{server}: `goAhead` did not say yes before its deadline: {problem}',
    fix: 'see why; everything was taken back, and it is tried again at the next occasion',
  },
  'aged-blocked': {
    exit: 3,
    http: 409,
    message:
      '{backend}/{server} is {severity} by `{rule}` ({evidence}), and cannot be rejuvenated: {problem}',
    fix: '`rejuv why {backend}/{server}` shows every gate; it starts by itself once they let it',
  },
  'figures-unknown': {
    exit: 3,
    http: 409,
    message:
      'backend {backend}: it is unknown whether a server fits `when: {condition}`; not known now: {problem}',
    fix: 'let `rejuv check` say which source does not answer',
  },
  'uptime-unknown': {
    exit: 3,
    http: 409,
    message: 'backend {backend}: it is unknown how long any of its primaries has run: {problem}',
    fix: 'let `rejuv check` say why SSH does not work',
  },
  'no-primary': {
    exit: 3,
    http: 409,
    message: 'backend {backend} has no primary that could be rejuvenated',
    fix: 'see `rejuv status`',
  },
  'server-busy': {
    exit: 3,
    http: 409,
    message: '{backend}/{server} is taken by operation {id} ({kind} of {other}, {phase})',
    fix: 'wait for it (`rejuv watch {id}`) or end it (`rejuv abort {id}`)',
  },
  'already-maint': {
    exit: 3,
    http: 409,
    message: '{backend}/{server} is in maint: there is nothing to drain',
    fix: 'leave it there, or put it into service with `rejuv ready` first',
  },
  'backend-unsettled': {
    exit: 3,
    http: 409,
    message: 'backend {backend} was found in a state that does not fit its roles: {problem}',
    fix: 'decide with `rejuv ready`, `rejuv maint` or `rejuv role`',
  },
  'no-spare': {
    exit: 3,
    http: 409,
    message: 'backend {backend} has no spare that could take over: {problem}',
    fix: 'free a spare (`rejuv status`), or make one with `rejuv maint` and `rejuv role … spare`',
  },
  'roll-running': {
    exit: 3,
    http: 409,
    message: 'backend {backend} is being gone through already: {id}',
    fix: 'follow it with `rejuv watch {id}`, or end it with `rejuv abort {id}`',
  },
  'roll-not-asking': {
    exit: 3,
    http: 409,
    message: '{id} does not wait for a person',
    fix: 'see `rejuv status` for what it does now',
  },
  'roll-stopped': {
    exit: 1,
    http: 409,
    message: 'going through backend {backend} ended early, or not well: {problem}',
    fix: 'see `rejuv history` for the servers that did not go well; then begin it again',
  },
  'no-receiver': {
    exit: 3,
    http: 409,
    message: 'no server of backend {backend} can take over the state of {server}: {problem}',
    fix: 'bring another server into service (`rejuv status`), or leave `duplex` out',
  },
  'no-standby': {
    exit: 3,
    http: 409,
    message: 'backend {backend} is active-active: every server serves, and there is no spare to {what}',
    fix: 'take a server out with `rejuv drain` and then `rejuv maint`, or write `mode: active-standby`',
  },
  'server-is-spare': {
    exit: 3,
    http: 409,
    message: '{backend}/{server} is a spare: it serves nothing that could be moved away',
    fix: 'name a serving server, or change its role with `rejuv role {backend}/{server} primary`',
  },
  'server-not-serving': {
    exit: 3,
    http: 409,
    message: '{backend}/{server} is not serving on both load balancers: {problem}',
    fix: 'put it back with `rejuv ready {backend}/{server}` first',
  },
  'min-serving': {
    exit: 3,
    http: 409,
    message:
      'backend {backend} would be left with {left} serving server(s) on {loadBalancer}; minServing is {minimum}',
    fix: 'bring another server into service first, or override with --force --reason',
  },
  'owned-by-person': {
    exit: 3,
    http: 409,
    message: '{backend}/{server} was put in {admin} on {loadBalancer} by hand; rejuv leaves it alone',
    fix: 'end that with `rejuv ready {backend}/{server}` when it is meant to be over',
  },
  'owned-by-agent': {
    exit: 3,
    http: 409,
    message: '{backend}/{server} was put in {admin} on {loadBalancer} by its agent check',
    fix: 'wait until its agent reports ready',
  },
  held: {
    exit: 3,
    http: 409,
    message: '{backend}/{server} is held out of service since {since}: {problem}',
    fix: 'end that with `rejuv ready {backend}/{server}`',
  },
  'no-checks': {
    exit: 3,
    http: 409,
    message:
      '{backend}/{server} has no health check on {loadBalancer}, so nothing proves there that it is well',
    fix: 'add `check` to its server line, or set `allowUnchecked: true` for the backend',
  },
  'shared-host': {
    exit: 3,
    http: 409,
    message: 'the host of {backend}/{server} ({address}) also serves {others}; a reboot would hit them too',
    fix: 'name them under `sameHost` of that server, so that they are drained in the same operation',
  },
  'old-workers': {
    exit: 3,
    http: 409,
    message:
      '{loadBalancer} changed its process {ago} ago; old workers may still hold connections, so no reboot until {until}',
    fix: 'wait, or name its master socket as `master`, so that they are counted; set `oldWorkersGone` to your `hard-stop-after`',
  },
  'old-workers-unknown': {
    exit: 3,
    http: 409,
    message:
      '{loadBalancer} changed its process {ago} ago, and its master socket does not tell what old workers hold ({problem}); so no reboot until {until}',
    fix: 'make the master socket answer (`rejuv check`), or wait; set `oldWorkersGone` to your `hard-stop-after`',
  },
  'no-ssh': {
    exit: 3,
    http: 409,
    message: 'no `ssh` is configured for {backend}/{server}, and this needs it',
    fix: 'add `ssh: host` to the server in the config file',
  },
  'no-actions': {
    exit: 3,
    http: 409,
    message: 'backend {backend} has no `actions`, so there is nothing that would rejuvenate a server',
    fix: 'add `actions:` to the backend, or use `rejuv switchover`',
  },
  'reason-needed': {
    exit: 2,
    http: 400,
    message: '--force needs a reason',
    fix: 'add --reason "why"',
  },
  stopping: {
    exit: 4,
    http: 409,
    message: 'the sidecar is stopping and takes no new work',
    fix: 'start it again, then repeat the command',
  },

  // Hosts over SSH
  'host-unreachable': {
    exit: 4,
    http: 502,
    message: '{host}: no SSH connection ({problem})',
    fix: 'check that the host is up and that its SSH port is reachable from here',
  },
  'host-key-unknown': {
    exit: 3,
    http: 502,
    message: '{host}: its host key is not in {knownHosts}',
    fix: 'if {fingerprint} is right, add this line: {line}',
  },
  'host-key-changed': {
    exit: 3,
    http: 502,
    message:
      '{host}: its host key is not the one in {knownHosts}; this is another machine, or a new installation',
    fix: 'if {fingerprint} is right, replace its old line by: {line}',
  },
  'known-hosts-unreadable': {
    exit: 3,
    http: 502,
    message: 'cannot read the known hosts file {knownHosts}: {problem}',
    fix: 'create it, for example with `ssh-keyscan`, and compare the fingerprints',
  },
  'login-refused': {
    exit: 3,
    http: 502,
    message: '{host}: login as {user} was refused',
    fix: 'add the public key to ~{user}/.ssh/authorized_keys there',
  },
  'key-unusable': {
    exit: 3,
    http: 502,
    message: 'cannot use the private key {path}: {problem}',
    fix: 'check the path and its permissions; a key with a passphrase goes through the agent (`agent: true`)',
  },
  'host-lost': {
    exit: 1,
    http: 502,
    message: '{host}: the SSH connection broke during `{command}`',
    fix: 'see whether the host is up',
  },
  'command-failed': {
    exit: 1,
    http: 502,
    message: '{host}: `{command}` ended with {status}: {output}',
    fix: 'run the command there by hand and see',
  },
  'command-not-found': {
    exit: 1,
    http: 502,
    message: '{host}: command not found: `{command}`',
    fix: 'install it there or correct the command in the config file',
  },
  'sudo-password': {
    exit: 1,
    http: 502,
    message: '{host}: sudo wants a password for `{command}`',
    fix: 'allow exactly this command with NOPASSWD in sudoers',
  },
  'command-deadline': {
    exit: 1,
    http: 504,
    message: '{host}: `{command}` did not end within {deadlineMs} ms',
    fix: 'see what it waits for there, or raise its `deadline`',
  },
  'copy-failed': {
    exit: 1,
    http: 502,
    message: 'copying {from} to {to} failed: {problem}',
    fix: 'check the paths and their permissions for the SSH user',
  },

  // The course of an operation
  'probe-failed': {
    exit: 1,
    http: 504,
    message:
      '{backend}/{server}: the probe {url} did not pass {passes} times in a row within {deadlineMs} ms; last: {problem}',
    fix: "see the application's log on that server",
  },
  'request-failed': {
    exit: 1,
    http: 502,
    message: '{backend}/{server}: the request {url} failed: {problem}',
    fix: "see the application's log on that server",
  },
  'check-failed': {
    exit: 1,
    http: 504,
    message:
      '{backend}/{server}: the health check of {loadBalancer} did not pass within {deadlineMs} ms; last: {problem}',
    fix: 'compare the check in haproxy.cfg with what the application answers',
  },
  'worse-than-peers': {
    exit: 1,
    http: 409,
    message: '{backend}/{server} fares worse than its peers since it came into service: {problem}',
    fix: 'look at its application and its log; `rejuv ready {backend}/{server}` puts it into service all the same',
  },
  'not-taken-out': {
    exit: 1,
    http: 409,
    message: '{problem}',
    fix: 'bring another server into service, then take this one out with `rejuv drain` and `rejuv maint`',
  },
  'weight-refused': {
    exit: 1,
    http: 409,
    message:
      '{loadBalancer} takes no weight for {backend}/{server}, so it gets all of its share at once: {problem}',
    fix: 'use a balancing that knows weights (roundrobin, leastconn, or `hash-type consistent`), or leave `ramp` out',
  },
  'weight-by-hand': {
    exit: 1,
    http: 409,
    message: 'somebody set weight {weight} of {backend}/{server} on {loadBalancer}; it is left so',
    fix: 'set the weight that you want with `set server {backend}/{server} weight …` on {loadBalancer}',
  },
  'drain-unseen': {
    exit: 1,
    http: 409,
    message: '{backend}/{server}: at the deadline of its drain nobody can tell what remains: {problem}',
    fix: 'bring the load balancer back; until then nothing more is done to the server',
  },
  'drain-deadline': {
    exit: 1,
    http: 504,
    message:
      '{backend}/{server}: {sessions} session(s) and {queue} queued request(s) remain at the deadline of the drain',
    fix: 'clients bound by a cookie keep coming to a draining server; `rejuv maint {backend}/{server}` moves them',
  },
  'load-returned': {
    exit: 1,
    http: 409,
    message:
      '{backend}/{server} has {sessions} session(s) and {queue} queued request(s) again; nothing is done to it',
    fix: 'drain it again',
  },
  'not-proven-out': {
    exit: 1,
    http: 409,
    message: '{backend}/{server} is not in maint on {loadBalancer} but {admin}; nothing is done to it',
    fix: 'see who changed it (`rejuv status`)',
  },
  'reboot-did-nothing': {
    exit: 1,
    http: 502,
    message:
      '{host}: `{command}` returned, but after {waitedMs} ms the host still runs with the same boot id',
    fix: 'run the command there by hand and see why it does not reboot',
  },
  'reboot-only-dropped': {
    exit: 1,
    http: 502,
    message:
      '{host}: the SSH connection dropped and came back, but the boot id is the same: the host did not reboot',
    fix: 'see the journal of sshd on that host',
  },
  'reboot-doubtful': {
    exit: 1,
    http: 502,
    message:
      '{host}: it answers with boot id {bootId} and an uptime of {uptimeMs} ms, which does not prove a reboot',
    fix: 'see whether the host is the one that was rebooted',
  },
  'never-returned': {
    exit: 1,
    http: 504,
    message: '{host}: it did not come back within {waitedMs} ms after the reboot; last: {problem}',
    fix: 'look at its console',
  },
  'recovered-meanwhile': {
    exit: 1,
    http: 409,
    message: '{backend}/{server} serves again: {evidence}; nothing was done to it',
    fix: 'nothing to do',
  },
  'target-failed': {
    exit: 1,
    http: 409,
    message: '{backend}/{server} failed meanwhile: {evidence}',
    fix: 'nothing to do: the spare takes over at once',
  },
  preempted: {
    exit: 1,
    http: 409,
    message: 'the spare is needed for {backend}/{server}, which failed; what had been done was taken back',
    fix: 'start it again once there is a spare',
  },
  'spare-died': {
    exit: 1,
    http: 409,
    message: '{backend}/{server} had taken over and failed: {evidence}; what had been done was taken back',
    fix: 'look at the spare, then start again',
  },
  'no-ladder': {
    exit: 3,
    http: 409,
    message: 'backend {backend} does not say how a failed server is repaired',
    fix: 'add `faults:` and `recover:` to the backend; or repair the server and say `rejuv ready`',
  },
  'not-failed': {
    exit: 3,
    http: 409,
    message: '{backend}/{server} serves on {loadBalancer}; a recovery would take it out',
    fix: 'drain it first if it is to be repaired, or use `rejuv rejuvenate`',
  },
  'no-storm': {
    exit: 3,
    http: 409,
    message: 'there is no storm in backend {backend}',
    fix: 'nothing to do',
  },
  'taken-over': {
    exit: 1,
    http: 409,
    message: '{backend}/{server} was set by {by} since; this operation leaves it alone',
    fix: 'nothing to do for the server; `rejuv history ID` shows who took it',
  },
  interrupted: {
    exit: 1,
    http: 409,
    message: 'the sidecar ended in the middle of `{phase}`; what had been done was taken back',
    fix: 'start it again when you like; `rejuv history ID` shows every step',
  },
  'once-doubtful': {
    exit: 1,
    http: 409,
    message:
      '`{command}` on {host} may have run before the sidecar ended, and `once: true` forbids to run it again',
    fix: 'look on the server whether it ran; then `rejuv ready` puts the server back',
  },
  'changed-by-hand': {
    exit: 1,
    http: 409,
    message: '{backend}/{server} was changed by hand to {admin} on {loadBalancer} during the operation',
    fix: 'nothing more is done to it; `rejuv status` shows where things stand',
  },
  'not-in-line': {
    exit: 4,
    http: 502,
    message: '{loadBalancer} has {backend}/{server} in {admin} still, and it should be in {wanted}',
    fix: 'it is set there as soon as enough others serve; until then the operation waits',
  },
  'partial-write': {
    exit: 1,
    http: 502,
    message:
      '{backend}/{server} could be set to {admin} on {done} only, and this could not be undone there: {problem}',
    fix: 'the operation stays open and blocks the backend until both load balancers agree again',
  },
  'not-read-back': {
    exit: 1,
    http: 502,
    message: '{loadBalancer}: {backend}/{server} was set to {admin} but reads {seen}',
    fix: 'see whether someone else changes it, such as another tool or an agent check',
  },
  'idle-kept': {
    exit: 1,
    http: 502,
    message:
      '{loadBalancer}: HAProxy still keeps {connections} idle connection(s) to {backend}/{server} from before it went out',
    fix: 'a request over one of them could be reset; HAProxy closes them in time (`show servers conn {backend}` tells): try again then',
  },
  aborted: { exit: 5, http: 409, message: 'aborted by {by}: {reason}', fix: 'nothing to do' },

  // Faults: what a person is told
  'server-failed': {
    exit: 1,
    http: 409,
    message: '{backend}/{server} has failed: {evidence}',
    fix: '`rejuv status` shows who serves, `rejuv why {backend}/{server}` what is done about it',
  },
  'server-hung': {
    exit: 1,
    http: 409,
    message: '{backend}/{server} is up in HAProxy, but its application fails: {evidence}',
    fix: 'look at the application; a check in haproxy.cfg that asks what `probe` asks would have taken it out',
  },
  'nodes-disagree': {
    exit: 1,
    http: 409,
    message: 'it cannot be told whether {backend}/{server} fails, those who look at it disagree: {evidence}',
    fix: 'look at the network between each load balancer and the server; nothing was changed',
  },
  'ssh-dead': {
    exit: 1,
    http: 409,
    message: '{backend}/{server} runs, but SSH to it is dead: {evidence}',
    fix: 'repair sshd or the way to it: until then nothing could be rejuvenated or repaired there',
  },
  'spare-failed': {
    exit: 1,
    http: 409,
    message: 'the spare {backend}/{server} could not take over: {evidence}',
    fix: 'repair it before it is needed',
  },
  'not-replaced': {
    exit: 1,
    http: 409,
    message: '{backend}/{server} fails, and nothing takes its place: {problem}; {evidence}',
    fix: 'bring a spare back, or repair the server',
  },
  'failover-paused': {
    exit: 3,
    http: 409,
    message: '{backend}/{server} fails, but failovers are paused by {by} ({reason}): {evidence}',
    fix: 'end it with `rejuv resume`',
  },
  storm: {
    exit: 1,
    http: 409,
    message: 'storm in {backend}: {failed} of {servers} servers fail at once ({names}); nothing is repaired',
    fix: 'look at what they share: network, database, a deploy; {until}',
  },
  quarantined: {
    exit: 1,
    http: 409,
    message: '{backend}/{server} recovered {times} times within {window}, and fails again: quarantined',
    fix: 'find the cause, then `rejuv ready {backend}/{server}`',
  },
  'unasked-reboot': {
    exit: 1,
    http: 409,
    message: '{backend}/{server} has rebooted, and rejuv did not ask for it',
    fix: 'look into its log: a crash, a power loss, or somebody else who reboots it',
  },
  'checkpoint-old': {
    exit: 1,
    http: 409,
    message: 'the last checkpoint of {backend}/{server} is {age} old, and {limit} is the limit',
    fix: 'see why no newer one was made: {problem}',
  },
  'checkpoint-none': {
    exit: 1,
    http: 409,
    message: 'there is no checkpoint of {backend}/{server}',
    fix: 'see why none was made: {problem}',
  },
  'placeholder-unsafe': {
    exit: 3,
    http: 409,
    message: 'the command for {backend}/{server} was not run: its {placeholder} is {value}',
    fix: 'a value may hold letters, digits and - _ . : and must not begin with -',
  },

  // Sources of figures
  'source-unreachable': {
    exit: 4,
    http: 502,
    message: 'source {source} of {backend}/{server} gives no answer at {place}: {problem}',
    fix: 'see whether it runs there, and whether something between holds the connection up; `rejuv check` asks each source once',
  },
  'source-refused': {
    exit: 4,
    http: 502,
    message: 'source {source} of {backend}/{server} is refused at {place}: {problem}',
    fix: 'correct the URL, the query or the rights of this source, then run `rejuv check`',
  },
  'source-unusable': {
    exit: 1,
    http: 502,
    message: 'source {source} of {backend}/{server} gives nothing usable: {problem}',
    fix: 'until it does, what rests on it is blocked; `rejuv check` says what each source gives',
  },

  // Records, lock, sidecar
  'records-damaged': {
    exit: 1,
    http: 500,
    message: 'the records {path} are damaged at line {line}: {problem}',
    fix: 'nothing was started; `rejuv check --records` shows all of it, and with --set-aside starts new records from what can be trusted',
  },
  'records-set-aside': {
    exit: 1,
    http: 500,
    message: 'the records were damaged and are now in {path}: {problem}',
    fix: 'look at each server that is held, then put it back with `rejuv ready`; compare `rejuv status` with what should be',
  },
  'records-newer': {
    exit: 1,
    http: 500,
    message: 'the records {path} have format {found}; this rejuv reads up to {known}',
    fix: 'use the newer rejuv that wrote them',
  },
  'records-unwritable': {
    exit: 3,
    http: 500,
    message: 'cannot write the records in {path}: {problem}',
    fix: 'free space or correct the permissions; --unrecorded acts without them, and then nothing remembers why',
  },
  'records-locked': {
    exit: 3,
    http: 409,
    message: 'another rejuv holds the records in {path}',
    fix: 'wait for the other command; a running sidecar answers at `listen`',
  },
  'sidecar-running': {
    exit: 3,
    http: 409,
    message: 'a sidecar already answers at {socket}',
    fix: 'use that one, or stop it first',
  },
  'listen-failed': {
    exit: 1,
    http: 500,
    message: 'cannot listen at {socket}: {problem}',
    fix: 'check the directory, its permissions and the group',
  },
  'sidecar-absent': {
    exit: 4,
    http: 502,
    message: 'no sidecar answers at {socket}',
    fix: 'start it with `rejuv run` or `systemctl start rejuv`',
  },
  'sidecar-lost': {
    exit: 4,
    http: 502,
    message: 'the sidecar at {socket} stopped answering: {problem}',
    fix: 'see its log; `rejuv status` shows where things stand',
  },
  internal: {
    exit: 1,
    http: 500,
    message: 'this should not happen: {problem}',
    fix: 'please report it with the log',
  },
} as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof catalogue;
