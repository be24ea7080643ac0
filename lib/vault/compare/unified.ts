/**
 * Two texts compared line by line, in the form patches have.
 *
 * @module
 */

const CONTEXT = 3;
/** Above so many differing lines the whole differing middle is shown as replaced: time and memory grow with their square. */
const MAX_EDITS = 4000;

interface Line {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

/** The lines of a unified comparison of texts without NUL; none when the texts are the same. */
export function unified(before: string, after: string, nameBefore: string, nameAfter: string): string[] {
  if (before === after) return [];
  const lines = edits(split(before), split(after));
  const result = [`--- ${nameBefore}`, `+++ ${nameAfter}`];
  let [a, b] = [1, 1];
  let at = 0;
  while (at < lines.length) {
    const first = lines.findIndex((line, index) => index >= at && line.sign !== " ");
    if (first < 0) break;
    const begin = Math.max(at, first - CONTEXT);
    a += begin - at;
    b += begin - at;
    let end = first + 1;
    for (let same = 0; end < lines.length && same <= 2 * CONTEXT; end++) {
      same = lines[end]!.sign === " " ? same + 1 : 0;
    }
    let tail = 0;
    while (lines[end - 1 - tail]!.sign === " ") tail++;
    end -= Math.max(0, tail - CONTEXT);
    const hunk = lines.slice(begin, end);
    const [countA, countB] = [
      hunk.filter(({ sign }) => sign !== "+").length,
      hunk.filter(({ sign }) => sign !== "-").length,
    ];
    result.push(`@@ -${countA === 0 ? a - 1 : a},${countA} +${countB === 0 ? b - 1 : b},${countB} @@`);
    for (const line of hunk) result.push(...shown(line));
    a += countA;
    b += countB;
    at = end;
  }
  return result;
}

/** What a last line ends in that nothing ends: so it differs from one that is ended. No text holds it. */
const UNENDED = "\0";

function split(text: string): string[] {
  const lines = text.split("\n");
  const last = lines.pop()!;
  if (last !== "") lines.push(last + UNENDED);
  return lines;
}

function shown({ sign, text }: Line): string[] {
  if (!text.endsWith(UNENDED)) return [sign + text];
  return [sign + text.slice(0, -UNENDED.length), "\\ No newline at end of file"];
}

/** The shortest way from one to the other, after the greedy method of E. Myers (1986). */
function edits(a: readonly string[], b: readonly string[]): Line[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (
    tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]
  ) tail++;
  const middle = path(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  const same = (text: string): Line => ({ sign: " ", text });
  return [...a.slice(0, head).map(same), ...middle, ...a.slice(a.length - tail).map(same)];
}

function path(a: readonly string[], b: readonly string[]): Line[] {
  const removed = a.map((text): Line => ({ sign: "-", text }));
  const added = b.map((text): Line => ({ sign: "+", text }));
  const most = Math.min(a.length + b.length, MAX_EDITS);
  const reach = new Int32Array(2 * most + 3);
  const trail: Int32Array[] = [];
  for (let cost = 0; cost <= most; cost++) {
    trail.push(reach.slice(most + 1 - cost - 1, most + 1 + cost + 2));
    for (let diagonal = -cost; diagonal <= cost; diagonal += 2) {
      const down = diagonal === -cost ||
        (diagonal !== cost && reach[most + diagonal]! < reach[most + 2 + diagonal]!);
      let x = down ? reach[most + 2 + diagonal]! : reach[most + diagonal]! + 1;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++;
      reach[most + 1 + diagonal] = x;
      if (x >= a.length && x - diagonal >= b.length) return backtrack(a, b, trail);
    }
  }
  return [...removed, ...added];
}

function backtrack(a: readonly string[], b: readonly string[], trail: readonly Int32Array[]): Line[] {
  const lines: Line[] = [];
  let [x, y] = [a.length, b.length];
  for (let cost = trail.length - 1; cost >= 0; cost--) {
    // The row holds diagonals -cost-1 to cost+1.
    const row = trail[cost]!;
    const at = (diagonal: number) => row[diagonal + cost + 1]!;
    const diagonal = x - y;
    const down = diagonal === -cost || (diagonal !== cost && at(diagonal - 1) < at(diagonal + 1));
    const [fromX, fromDiagonal] = down ? [at(diagonal + 1), diagonal + 1] : [at(diagonal - 1), diagonal - 1];
    const fromY = fromX - fromDiagonal;
    while (cost > 0 ? x > fromX && y > fromY : x > 0 && y > 0) {
      lines.push({ sign: " ", text: a[--x]! });
      y--;
    }
    if (cost === 0) break;
    if (down) lines.push({ sign: "+", text: b[--y]! });
    else lines.push({ sign: "-", text: a[--x]! });
  }
  return lines.reverse();
}
