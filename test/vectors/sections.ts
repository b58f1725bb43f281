import type { Section } from './section.ts';
import { patent } from './sections/1-patent.ts';
import { rate } from './sections/2a-rate.ts';
import { age } from './sections/2b-age.ts';
import { calendar } from './sections/2c-calendar.ts';
import { sharedRate } from './sections/2d-shared-rate.ts';
import { dwell } from './sections/2e-dwell.ts';
import { levels, servers } from './sections/3-spares.ts';
import { clock, dwellClock, huang } from './sections/4-classic.ts';
import { ageingDetection } from './sections/5-ageing-detection.ts';
import { estimation } from './sections/6-estimation.ts';

/** Every kind of vectors there is. One file of sections per vector file. */
export const sections: readonly Section[] = [
  patent,
  rate,
  age,
  calendar,
  sharedRate,
  dwell,
  levels,
  servers,
  huang,
  clock,
  dwellClock,
  ...ageingDetection,
  ...estimation,
];
