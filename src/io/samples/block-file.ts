import { crc32 } from 'node:zlib';

/**
 * A file of samples: a header of 16 bytes with the version of the format, then blocks of a mark, a length, a checksum of
 * both length and content, and the content. Each block is written at once.
 */
const name = Buffer.from('rejuvsmp');
const version = 1;
const headerBytes = 16;
const mark = Buffer.from([0xb5, 0x1c, 0x0d, 0xe7]);
const frameBytes = 12;

/** Which samples are in a file. */
export const fileKinds = { raw: 1, means: 2, profiles: 3 } as const;
export type FileKind = keyof typeof fileKinds;

export function fileHeader(kind: FileKind): Buffer {
  const header = Buffer.alloc(headerBytes);
  name.copy(header);
  header.writeUInt16LE(version, 8);
  header.writeUInt16LE(fileKinds[kind], 10);
  header.writeUInt32LE(crc32(header.subarray(0, 12)), 12);
  return header;
}

/** A block around this content. */
export function frame(content: Buffer): Buffer {
  const block = Buffer.allocUnsafe(frameBytes + content.length);
  mark.copy(block);
  block.writeUInt32LE(content.length, 4);
  block.writeUInt32LE(crc32(content, content.length), 8);
  content.copy(block, frameBytes);
  return block;
}

/** What is in a file. */
export interface Blocks {
  /** The contents of the blocks whose checksum holds, damage or not. */
  readonly contents: readonly Buffer[];
  /** Header and blocks up to the first that does not hold. */
  readonly wholeBytes: number;
  /** Something follows that is no whole block: what a crash in the middle of writing leaves. */
  readonly torn: boolean;
  /** What no crash explains: whole blocks behind it, or a header that is none. */
  readonly damage: string | null;
}

/** Takes a file apart. Never raises. */
export function readBlocks(bytes: Buffer, kind: FileKind): Blocks {
  const nothing = { contents: [], wholeBytes: 0, torn: false, damage: null };
  // A crash at the very first write.
  if (bytes.length < headerBytes) return { ...nothing, torn: true };
  const problem = headerProblem(bytes, kind);
  if (problem !== null) return { ...nothing, damage: problem };
  const contents: Buffer[] = [];
  let damage: string | null = null;
  let wholeBytes: number | null = null;
  let at = headerBytes;
  while (at < bytes.length) {
    const content = contentAt(bytes, at);
    if (content !== null) {
      contents.push(content);
      at += frameBytes + content.length;
      continue;
    }
    wholeBytes ??= at;
    const next = nextBlock(bytes, at + 1);
    if (next === null) break;
    damage ??= `the checksum of the block at byte ${at} is wrong`;
    at = next;
  }
  return { contents, wholeBytes: wholeBytes ?? at, torn: wholeBytes !== null, damage };
}

function headerProblem(bytes: Buffer, kind: FileKind): string | null {
  if (!bytes.subarray(0, name.length).equals(name)) return 'it is no file of samples';
  if (crc32(bytes.subarray(0, 12)) !== bytes.readUInt32LE(12)) return 'the checksum of its header is wrong';
  const found = bytes.readUInt16LE(8);
  if (found !== version) return `it has format ${found}, and this rejuv knows ${version}`;
  return bytes.readUInt16LE(10) === fileKinds[kind] ? null : 'it holds other samples than its name says';
}

/** The content of the block that begins here; null: none does, or its checksum is wrong. */
function contentAt(bytes: Buffer, at: number): Buffer | null {
  if (at + frameBytes > bytes.length || bytes.compare(mark, 0, mark.length, at, at + mark.length) !== 0) {
    return null;
  }
  const length = bytes.readUInt32LE(at + 4);
  const content = bytes.subarray(at + frameBytes, at + frameBytes + length);
  return content.length === length && crc32(content, length) === bytes.readUInt32LE(at + 8) ? content : null;
}

function nextBlock(bytes: Buffer, from: number): number | null {
  for (let at = bytes.indexOf(mark, from); at !== -1; at = bytes.indexOf(mark, at + 1)) {
    if (contentAt(bytes, at) !== null) return at;
  }
  return null;
}
