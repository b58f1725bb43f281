/** One word of a POSIX shell that means exactly `text`. @throws RangeError on a NUL byte, which no word can hold. */
export function shellQuote(text: string): string {
  if (text.includes('\0')) throw new RangeError('a shell word cannot hold a NUL byte');
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
