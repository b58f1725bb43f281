/** SVG as text. Whatever goes into it is escaped here and nowhere else. */

export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly string[],
): string {
  const written = Object.entries(attributes).map(([key, value]) => {
    const shown = typeof value === 'number' ? short(value) : escaped(value);
    return ` ${key}="${shown}"`;
  });
  const open = `<${name}${written.join('')}`;
  return children.length === 0 ? `${open}/>` : `${open}>${children.join('\n')}</${name}>`;
}

export function text(words: string): string {
  return escaped(words);
}

/** A line through all points. */
export function path(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], n) => `${n === 0 ? 'M' : 'L'}${short(x)} ${short(y)}`).join('');
}

function short(number: number): string {
  return String(Math.round(number * 10) / 10);
}

/** XML has no way to write most control characters. */
function escaped(words: string): string {
  return words
    .replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
