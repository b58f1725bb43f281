import type { Clock, Hosts } from '../../domain/seams.ts';
import type { SourceSettings } from '../../domain/sources.ts';
import { createExporterSource } from './exporter.ts';
import type { ExaminableSource } from './look.ts';
import { createPrometheusSource } from './prometheus.ts';
import { createSshSource } from './ssh-source.ts';

/** The MetricSource seam for one source of the config file. Nothing is connected yet. */
export function createMetricSource(
  settings: SourceSettings,
  ground: { readonly clock: Clock; readonly hosts: Hosts },
): ExaminableSource {
  switch (settings.kind) {
    case 'exporter':
      return createExporterSource(settings, ground.clock);
    case 'prometheus':
      return createPrometheusSource(settings, ground.clock);
    case 'ssh':
      return createSshSource(settings, ground);
  }
}
