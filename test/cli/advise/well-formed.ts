const name = '[A-Za-z_][\\w:.-]*';
const entity = '&(?:amp|lt|gt|quot);';
const open = new RegExp(`^<(${name})((?: ${name}="(?:[^<&"]|${entity})*")*)(/?)>`);
const close = new RegExp(`^</(${name})>`);
const words = new RegExp(`^(?:[^<&\\u0000-\\u0008\\u000b-\\u001f\\ufffe\\uffff]|${entity})+`);

/** What is not well-formed XML about a text, as strict as our pictures need it; null: nothing. */
export function xmlProblem(text: string): string | null {
  const inside: string[] = [];
  let roots = 0;
  let rest = text.trim();
  while (rest !== '') {
    const opened = open.exec(rest);
    const closed = close.exec(rest);
    if (opened !== null) {
      const [all, tag = '', attributes = '', empty] = opened;
      const keys = [...attributes.matchAll(new RegExp(` (${name})=`, 'g'))].map(([, key]) => key);
      if (new Set(keys).size < keys.length) return `an attribute twice in ${all}`;
      if (inside.length === 0) roots += 1;
      if (empty !== '/') inside.push(tag);
      rest = rest.slice(all.length);
    } else if (closed !== null) {
      if (inside.pop() !== closed[1]) return `${closed[0]} closes nothing`;
      rest = rest.slice(closed[0].length);
    } else {
      const [all] = words.exec(rest) ?? [''];
      if (all === '' || inside.length === 0) return `no XML: ${rest.slice(0, 40)}`;
      rest = rest.slice(all.length);
    }
  }
  if (inside.length > 0) return `${inside.join(', ')} never closed`;
  return roots === 1 ? null : `${roots} roots`;
}
