/** Which boot a host runs, and for how long: a reboot is proven by another id and a short uptime. */
export interface Boot {
  /** A UUID, from /proc/sys/kernel/random/boot_id. */
  readonly bootId: string;
  readonly uptimeMs: number;
}
