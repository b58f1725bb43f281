/** Bytes that grow as they are written, little-endian. */
export class ByteWriter {
  private bytes: Buffer;
  private used = 0;

  constructor(size = 4_096) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  get length(): number {
    return this.used;
  }

  u8(value: number): void {
    this.used = this.room(1).writeUInt8(value, this.used);
  }

  u16(value: number): void {
    this.used = this.room(2).writeUInt16LE(value, this.used);
  }

  u32(value: number): void {
    this.used = this.room(4).writeUInt32LE(value, this.used);
  }

  f32(value: number): void {
    this.used = this.room(4).writeFloatLE(value, this.used);
  }

  f64(value: number): void {
    this.used = this.room(8).writeDoubleLE(value, this.used);
  }

  /** Its length in bytes, then the text. */
  text(text: string): void {
    const size = Buffer.byteLength(text);
    this.u32(size);
    this.used += this.room(size).write(text, this.used);
  }

  /** All that was written, and begins anew. */
  take(): Buffer {
    const taken = Buffer.from(this.bytes.subarray(0, this.used));
    this.used = 0;
    return taken;
  }

  /** Forgets what was written. */
  clear(): void {
    this.used = 0;
  }

  private room(size: number): Buffer {
    if (this.used + size > this.bytes.length) {
      const wider = Buffer.allocUnsafe(Math.max(2 * this.bytes.length, this.used + size));
      this.bytes.copy(wider, 0, 0, this.used);
      this.bytes = wider;
    }
    return this.bytes;
  }
}

/** Reads what a ByteWriter wrote. Raises RangeError beyond the end. */
export class ByteReader {
  private readonly bytes: Buffer;
  // Reads numbers several times as fast as a Buffer does, and there are tens of millions.
  private readonly view: DataView;
  private position = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.position >= this.bytes.length;
  }

  u8(): number {
    return this.view.getUint8(this.move(1));
  }

  u16(): number {
    return this.view.getUint16(this.move(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.move(4), true);
  }

  f32(): number {
    return this.view.getFloat32(this.move(4), true);
  }

  f64(): number {
    return this.view.getFloat64(this.move(8), true);
  }

  text(): string {
    const size = this.u32();
    const from = this.move(size);
    if (this.position > this.bytes.length) throw new RangeError('the text ends early');
    return this.bytes.toString('utf8', from, this.position);
  }

  private move(size: number): number {
    const from = this.position;
    this.position += size;
    return from;
  }
}
