/** Text from elsewhere without what would command a terminal; line feeds become spaces. */
export function clean(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').replace(/\p{Cc}/gu, '?');
}

/** A sentence that follows the name of its place, without saying it again. */
export function after(where: string, text: string): string {
  return clean(text.startsWith(`${where}: `) ? text.slice(where.length + 2) : text);
}
