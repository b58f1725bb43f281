import { readFile } from 'node:fs/promises';

/** The number of a group, by name from /etc/group or given as a number; null when there is none. */
export async function groupId(group: string, file = '/etc/group'): Promise<number | null> {
  if (/^\d+$/.test(group)) return Number(group);
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    const [name, , id] = line.split(':');
    if (name === group && id !== undefined && /^\d+$/.test(id)) return Number(id);
  }
  return null;
}
