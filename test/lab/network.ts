/**
 * The addresses of every lab. All labs use the same ones, and the same as the shipped example haproxy/pair.cfg: each lab
 * lives in namespaces of its own, where they cannot meet.
 */
export const network = {
  hub: '10.0.0.1',
  loadBalancer: (index: number): string => `10.0.0.${11 + index}`,
  server: (index: number): string => `10.0.0.${21 + index}`,
  extra: (index: number): string => `10.0.0.${151 + index}`,
  appPort: 8080,
  agentPort: 8081,
  adminPort: 9999,
} as const;

/** A fixed hardware address: the neighbours' tables stay right although every boot brings a new network card. */
export function hardwareAddress(address: string): string {
  return `02:00:${address
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join(':')}`;
}
