import { backendName, serverName, type ServerId } from '../../domain/names.ts';
import type { FigureName } from '../../domain/figure.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import type { Track } from './track.ts';

/** What is in a block: tracks by number, rows of them, starts of servers. */
const kinds = { define: 1, row: 2, started: 3 } as const;

/** A track as a file knows it. */
export interface Definition {
  readonly server: ServerId;
  readonly name: string;
  readonly everyMs: number;
  readonly staleMs: number;
  readonly columns: readonly FigureName[];
}

export interface EntryReader {
  /** From here on, this number means this track. */
  define(number: number, definition: Definition): void;
  /** The row is good until the next call. */
  row(number: number, at: number, row: Float64Array): void;
  started(server: ServerId, at: number): void;
}

export function writeDefinition(into: ByteWriter, number: number, track: Track): void {
  into.u8(kinds.define);
  into.u32(number);
  into.text(definitionText(track));
}

/** `wide`: each value in eight bytes, else in four. */
export function writeRow(
  into: ByteWriter,
  number: number,
  at: number,
  row: ArrayLike<number>,
  wide: boolean,
): void {
  into.u8(kinds.row);
  into.u32(number);
  into.f64(at);
  into.u16(row.length);
  for (let column = 0; column < row.length; column += 1) {
    if (wide) into.f64(row[column] ?? NaN);
    else into.f32(row[column] ?? NaN);
  }
}

/** The bytes of a row. */
export function rowBytes(columns: number, wide: boolean): number {
  return 15 + columns * (wide ? 8 : 4);
}

export function writeStarted(into: ByteWriter, server: ServerId, at: number): void {
  into.u8(kinds.started);
  into.text(JSON.stringify([server.backend, server.server]));
  into.f64(at);
}

/** @throws RangeError or SyntaxError where the content of a block is none of ours, whatever its checksum says */
export function readEntries(from: ByteReader, wide: boolean, reader: EntryReader): void {
  let row = new Float64Array(0);
  while (!from.atEnd) {
    const kind = from.u8();
    if (kind === kinds.define) {
      reader.define(from.u32(), readDefinition(from.text()));
    } else if (kind === kinds.row) {
      const number = from.u32();
      const at = from.f64();
      const columns = from.u16();
      if (row.length !== columns) row = new Float64Array(columns);
      for (let column = 0; column < columns; column += 1) row[column] = wide ? from.f64() : from.f32();
      reader.row(number, at, row);
    } else if (kind === kinds.started) {
      const [backend, server] = JSON.parse(from.text()) as [string, string];
      reader.started({ backend: backendName(backend), server: serverName(server) }, from.f64());
    } else {
      throw new RangeError(`an entry of kind ${kind}`);
    }
  }
}

export function definitionText({ server, source, everyMs, staleMs, columns }: Track): string {
  return JSON.stringify([server.backend, server.server, source, everyMs, staleMs, columns]);
}

export function readDefinition(text: string): Definition {
  // The checksum says that rejuv wrote it in this format; there is nothing more to check against.
  const [backend, server, name, everyMs, staleMs, columns] = JSON.parse(text) as [
    string,
    string,
    string,
    number,
    number,
    string[],
  ];
  const id = { backend: backendName(backend), server: serverName(server) };
  return { server: id, name, everyMs, staleMs, columns };
}
