const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Milliseconds for people, in the two largest units: `42s`, `9m05s`, `3h20m`, `4d6h`. */
export function showDuration(ms: number): string {
  const left = Math.max(0, Math.round(ms / second) * second);
  if (left < minute) return `${left / second}s`;
  if (left < hour) return `${Math.floor(left / minute)}m${two((left % minute) / second)}s`;
  if (left < day) return `${Math.floor(left / hour)}h${two(Math.floor((left % hour) / minute))}m`;
  return `${Math.floor(left / day)}d${Math.floor((left % day) / hour)}h`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
