/** Faults at named operations: the next calls of that name fail, or the next few. */
export class Faults {
  private readonly planned = new Map<string, { error: Error; times: number; after: number }>();
  /** Every call made, in order: `lb-a setAdmin shop/web1 drain`. */
  readonly calls: string[] = [];

  /** The operation fails `times` times, after having worked `after` times. */
  fail(operation: string, error: Error, times = Number.POSITIVE_INFINITY, after = 0): void {
    this.planned.set(operation, { error, times, after });
  }

  heal(operation: string): void {
    this.planned.delete(operation);
  }

  /** Called by a fake at the start of each operation. */
  pass(operation: string, detail = ''): void {
    this.calls.push(`${operation} ${detail}`.trim());
    const fault = this.planned.get(operation);
    if (fault === undefined) return;
    if (fault.after > 0) {
      fault.after -= 1;
      return;
    }
    fault.times -= 1;
    if (fault.times <= 0) this.planned.delete(operation);
    throw fault.error;
  }
}
