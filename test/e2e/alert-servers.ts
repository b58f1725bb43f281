import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabProcess } from '../lab/hub.ts';
import type { Lab } from '../lab/lab.ts';
import { exporterPort } from '../lab/measured-server.ts';
import { network } from '../lab/network.ts';
import { until } from '../lab/until.ts';
import { fetchIn } from './measured-lab.ts';

export const prometheusUrl = 'http://127.0.0.1:9090';
export const alertmanagerUrl = 'http://127.0.0.1:9093';

/**
 * Three rules: two on figures that a test sets at an application (`shop_payment_queue`, for the team payments, and
 * `shop_checkout_errors`, for the team shop), and one that a server's memory is in use, as every shop has it.
 */
const rules = `groups:
  - name: shop
    interval: 1s
    rules:
      - { alert: PaymentQueueLong, expr: shop_payment_queue > 100, labels: { severity: page, team: payments } }
      - { alert: CheckoutErrors, expr: shop_checkout_errors > 10, labels: { severity: page, team: shop } }
      - alert: MemoryHigh
        expr: 1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes > 0.45
        labels: { severity: page, team: shop }
      - { alert: Watchdog, expr: vector(1), labels: { severity: none, team: nobody } }
`;

function prometheusConfig(lab: Lab): string {
  const targets = (port: number): string =>
    JSON.stringify(lab.servers.map(({ address }) => `${address}:${port}`));
  return `global: { scrape_interval: 1s, scrape_timeout: 1s }
rule_files: [${join(lab.directory, 'alert-rules.yml')}]
alerting: { alertmanagers: [{ static_configs: [{ targets: ['${new URL(alertmanagerUrl).host}'] }] }] }
scrape_configs:
  - { job_name: node, static_configs: [{ targets: ${targets(exporterPort)} }] }
  - { job_name: shop, static_configs: [{ targets: ${targets(network.appPort)} }] }
`;
}

/** A real Prometheus in the hub, which scrapes every server of the lab each second; back when it answers. */
export async function startPrometheus(lab: Lab): Promise<LabProcess> {
  await writeFile(join(lab.directory, 'alert-rules.yml'), rules);
  await writeFile(join(lab.directory, 'prometheus.yml'), prometheusConfig(lab));
  const program = lab.spawn([
    'prometheus',
    `--config.file=${join(lab.directory, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(lab.directory, 'prometheus')}`,
    `--web.listen-address=${new URL(prometheusUrl).host}`,
    '--rules.alert.resend-delay=2s',
  ]);
  await answers(lab, `${prometheusUrl}/-/ready`, program);
  return program;
}

/** A real Alertmanager in the hub, alone. */
export async function startAlertmanager(lab: Lab): Promise<LabProcess> {
  await writeFile(
    join(lab.directory, 'alertmanager.yml'),
    'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n',
  );
  const program = lab.spawn([
    'prometheus-alertmanager',
    `--config.file=${join(lab.directory, 'alertmanager.yml')}`,
    `--storage.path=${join(lab.directory, 'alertmanager')}`,
    `--web.listen-address=${new URL(alertmanagerUrl).host}`,
    '--cluster.listen-address=',
  ]);
  await answers(lab, `${alertmanagerUrl}/-/ready`, program);
  return program;
}

async function answers(lab: Lab, url: string, program: LabProcess): Promise<void> {
  const ready = async (): Promise<boolean> =>
    (await lab.exec(['curl', '-sf', '-m', '2', '-o', '/dev/null', url])).code === 0;
  await until(url, ready, { withinMs: 30_000, everyMs: 100 }).catch((error: unknown) => {
    throw new Error(`${url} is not ready: ${program.output.stderr.slice(-2_000)}`, { cause: error });
  });
}

/** Silences an alert, as a person does it at the Alertmanager. */
export async function silence(lab: Lab, alert: string): Promise<void> {
  const said = await lab.exec([
    ...['amtool', `--alertmanager.url=${alertmanagerUrl}`, 'silence', 'add', `alertname=${alert}`],
    ...['--duration=1h', '--author=anna', '--comment=known'],
  ]);
  if (said.code !== 0) throw new Error(`amtool: ${said.stderr}`);
}

/** Names of the alerts that fire at the Alertmanager, silenced ones included. */
export async function alertsThere(lab: Lab): Promise<string[]> {
  const list = JSON.parse(await fetchIn(lab, `${alertmanagerUrl}/api/v2/alerts`)) as {
    labels: { alertname: string };
  }[];
  return list.map(({ labels }) => labels.alertname);
}
