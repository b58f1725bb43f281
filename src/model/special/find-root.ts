/**
 * Where a continuous function changes its sign between `low` and `high` (Brent 1973, "zeroin"): as safe as halving, and
 * fast where the function is smooth. An end where the function is zero is the answer at once.
 * @param tolerance absolute, on the argument.
 */
export function findRoot(f: (x: number) => number, low: number, high: number, tolerance: number): number {
  let a = low;
  let b = high;
  let fa = f(a);
  let fb = f(b);
  let c = a;
  let fc = fa;
  let step = b - a;
  let before = step;
  for (let turn = 0; turn < 500; turn++) {
    if (Math.sign(fb) === Math.sign(fc)) {
      c = a;
      fc = fa;
      step = b - a;
      before = step;
    }
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const close = 2 * Number.EPSILON * Math.abs(b) + tolerance / 2;
    const half = (c - b) / 2;
    if (fb === 0 || Math.abs(half) <= close) return b;
    const guess = Math.abs(before) >= close && Math.abs(fa) > Math.abs(fb) ? next(a, b, c, fa, fb, fc) : half;
    const inside =
      guess * Math.sign(half) > 0 &&
      Math.abs(guess) < Math.min(1.5 * Math.abs(half) - close / 2, Math.abs(before / 2));
    before = inside ? step : half;
    step = inside ? guess : half;
    a = b;
    fa = fb;
    b += Math.abs(step) > close ? step : close * Math.sign(half);
    fb = f(b);
  }
  return b;
}

/** The step of the secant, or of the inverse parabola through three points. */
function next(a: number, b: number, c: number, fa: number, fb: number, fc: number): number {
  const s = fb / fa;
  if (a === c) return ((c - b) * s) / (s - 1);
  const q = fa / fc;
  const r = fb / fc;
  return (s * ((c - b) * q * (q - r) - (b - a) * (r - 1))) / -((q - 1) * (r - 1) * (s - 1));
}
