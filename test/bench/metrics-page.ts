const families = [
  'node_cpu_seconds_total',
  'node_network_receive_bytes_total',
  'node_disk_read_time_seconds_total',
  'node_filesystem_avail_bytes',
  'http_request_duration_seconds_bucket',
];
const single = [
  'node_load1 0.42',
  'node_memory_MemTotal_bytes 8.254255104e+09',
  'node_memory_MemAvailable_bytes 5.361717248e+09',
  'node_memory_SwapTotal_bytes 0',
  'node_memory_SwapFree_bytes 0',
  'node_memory_Buffers_bytes 4.1746432e+07',
  'node_sockstat_TCP_mem_bytes 32768',
  'node_sockstat_UDP_mem_bytes 4096',
  'node_filefd_allocated 2144',
  'node_boot_time_seconds 1.795823912e+09',
  'node_time_seconds 1.7958999121234567e+09',
];

/** 1 MB of what exporters write: help, types, series with one to four labels, among them what rejuv reads. */
export function pageOfOneMegabyte(): Buffer {
  const lines: string[] = [];
  let length = 0;
  const add = (line: string): void => {
    lines.push(line);
    length += line.length + 1;
  };
  for (const line of single) {
    const [name = ''] = line.split(' ');
    add(`# HELP ${name} As the kernel counts it.`);
    add(`# TYPE ${name} gauge`);
    add(line);
  }
  for (let block = 0; length < 1_000_000; block += 1) {
    const family = `${families[block % families.length]}_${block}`;
    add(`# HELP ${family} Of one device each, since the machine was started.`);
    add(`# TYPE ${family} counter`);
    for (let at = 0; at < 40 && length < 1_000_000; at += 1) {
      const more = at % 3 === 0 ? `,path="/var/lib/shop/${at}",mode="user"` : '';
      add(`${family}{device="eth${at}",job="node"${more}} ${(block * 7919 + at * 104729) / 64}`);
    }
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}
