/**
 * Looks for inputs from which something comes that comes of none that is kept: `deno run -A tests/net/intercept/corpus/grow.ts [TRIES
 * [SEED]]`. Begins with `seeds.ts` and with what is kept, and changes these by chance. Of several inputs from which the same comes the
 * shortest is kept. Read what it has added: an input that two readers would read in two ways, and that is passed on, is a fault.
 *
 * @module
 */

import { bytesOf } from "../../../../lib/net/intercept/source.ts";
import { keepInputs, type Kept, keptInputs, MARK, outcomeOf, READERS } from "./outcome.ts";
import { SEEDS } from "./seeds.ts";

/** Most bytes of an input that was found; seeds may be longer. */
const MAX_BYTES = 600;
const PARTS = [
  "\r\n",
  "\n",
  "\r",
  " ",
  "\t",
  ":",
  ",",
  ";",
  "\0",
  "\x80",
  "\xff",
  "0",
  "9",
  "0\r\n\r\n",
  "Content-Length: 3\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Host: api.test\r\n",
  "Host: other.test\r\n",
  "Connection: close, upgrade\r\n",
  "Upgrade: websocket\r\n",
  "HTTP/1.1",
  "HTTP/1.0",
  MARK,
  MARK.slice(0, 20),
  MARK.slice(20),
];

/** Numbers by chance, the same ones for the same seed: mulberry32. */
function chance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = state + 0x6d2b79f5 >>> 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) % below;
  };
}

function changed(bytes: Uint8Array, other: Uint8Array, next: (below: number) => number): Uint8Array {
  const at = next(bytes.length + 1);
  const length = next(Math.min(bytes.length - at, 40) + 1);
  const [before, part, after] = [
    bytes.subarray(0, at),
    bytes.subarray(at, at + length),
    bytes.subarray(at + length),
  ];
  switch (next(6)) {
    case 0:
      return Uint8Array.of(...before, ...after);
    case 1:
      return Uint8Array.of(...before, ...part, ...part, ...after);
    case 2:
      return Uint8Array.of(...before, ...other.subarray(next(other.length + 1)));
    case 3:
      return at < bytes.length ? bytes.with(at, next(256)) : bytes;
    default:
      return Uint8Array.of(...before, ...bytesOf(PARTS[next(PARTS.length)]!), ...part, ...after);
  }
}

async function grow(kind: string, tries: number, next: (below: number) => number): Promise<number> {
  const before = await keptInputs(kind);
  const seeds = SEEDS[kind]!.map(bytesOf);
  const found = new Map<string, Kept>();
  const pool: Uint8Array[] = [];
  const tried = async (bytes: Uint8Array) => {
    const { text: outcome, way } = await outcomeOf(kind, bytes);
    const known = found.get(way);
    if (known && known.bytes.length <= bytes.length) return;
    if (!known) pool.push(bytes);
    found.set(way, { bytes, outcome });
  };
  for (const { bytes } of before) await tried(bytes);
  for (const bytes of seeds) await tried(bytes);
  for (let left = tries; left > 0; left--) {
    let bytes = pool[next(pool.length)]!;
    for (let times = 1 + next(4); times > 0; times--) bytes = changed(bytes, pool[next(pool.length)]!, next);
    if (bytes.length <= MAX_BYTES) await tried(bytes);
  }
  const all = new Map<string, Kept>();
  for (const bytes of seeds) {
    all.set(bytes.join(), { bytes, outcome: (await outcomeOf(kind, bytes)).text });
  }
  for (const one of found.values()) all.set(one.bytes.join(), one);
  await keepInputs(kind, [...all.values()]);
  return all.size - before.length;
}

if (import.meta.main) {
  const [tries = "20000", seed = `${Date.now() % 1_000_000}`] = Deno.args;
  const next = chance(Number(seed));
  for (const kind of Object.keys(READERS)) {
    console.log(`${kind}: ${await grow(kind, Number(tries), next)} more than before (seed ${seed})`);
  }
}
