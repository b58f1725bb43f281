import { ByteReader, ByteWriter } from './bytes.ts';
import { fileHeader, frame } from './block-file.ts';
import { definitionText, readDefinition, type Definition } from './entries.ts';
import { hoursOfWeek, type ProfileContent } from './profile.ts';
import type { Track } from './track.ts';

/** The file of all profiles. What came after it was written is made from the means. */
export const profileName = 'profiles';

const blockBytes = 2 ** 20;

/** The whole file, in pieces. */
export function* profileParts(tracks: Iterable<Track>): Generator<Buffer> {
  yield fileHeader('profiles');
  const writer = new ByteWriter(blockBytes);
  for (const track of tracks) {
    const content = track.profile.content();
    if (content === null) continue;
    writeProfile(writer, track, content);
    if (writer.length >= blockBytes) yield frame(writer.take());
  }
  if (writer.length > 0) yield frame(writer.take());
}

function writeProfile(into: ByteWriter, track: Track, content: ProfileContent): void {
  into.text(definitionText(track));
  into.u16(track.silence);
  into.f64(content.closedHour);
  for (const mean of content.means) into.f32(mean);
  for (const highest of content.maxima) into.f32(highest);
  for (const weeks of content.weeks) into.u8(weeks);
}

/** Each profile in a block of that file. @throws RangeError, SyntaxError where it is none of ours */
export function readProfiles(
  block: Buffer,
  onProfile: (definition: Definition, silence: number, content: ProfileContent) => void,
): void {
  const from = new ByteReader(block);
  while (!from.atEnd) {
    const definition = readDefinition(from.text());
    const cells = hoursOfWeek * definition.columns.length;
    const silence = from.u16();
    const closedHour = from.f64();
    const means = new Float32Array(cells).map(() => from.f32());
    const maxima = new Float32Array(cells).map(() => from.f32());
    const weeks = new Uint8Array(cells).map(() => from.u8());
    onProfile(definition, silence, { closedHour, means, maxima, weeks });
  }
}
