import { TerminalFilter } from "../lib/terminal/filter.ts";
import { alternate, type Result, type Sample } from "./measure.ts";

const PIECE_BYTES = 64 * 1024;
const ALL_BYTES = 32 * 1024 * 1024;

/** What sessions show, each repeated. */
const SHOWN = {
  text: "The quick brown fox jumps over the lazy dog, and so on until the line ends.\r\n",
  "other scripts": "Grüße aus Köln, 日本語のテキスト, привет, और भी।\r\n",
  colours: "\x1b[32m+\x1b[0m \x1b[1;38;2;200;100;50mwarning\x1b[0m: \x1b[4munused\x1b[24m variable\x1b[K\r\n",
  links: "\x1b]8;;https://example.net/a/b/c.ts#L12\x1b\\lib/a/b/c.ts:12\x1b]8;;\x1b\\ and more words\r\n",
  drawing: "\x1b[12;40H\x1b(B\x1b[m\x1b[38;5;110m│\x1b[39m text \x1b[?25l\x1b[K\x1b7\x1b8\x1b[?25h",
};

/** The filter between a box and the terminal, against a loop that copies the same bytes one by one. */
export async function filter(rounds: number): Promise<Result> {
  const samples: Sample[] = [];
  for (const [name, text] of Object.entries(SHOWN)) {
    const pieces = piecesOf(text);
    const [copy, filtered] = await alternate([
      { name: `copy ${name}`, run: () => timed(pieces, copied) },
      {
        name: `filter ${name}`,
        run: () => {
          const one = new TerminalFilter({ clipboard: false, title: false });
          return timed(pieces, (piece) => one.pass(piece));
        },
      },
    ], { rounds });
    samples.push(copy!, filtered!);
  }
  return {
    title: `Filtering what a box shows (${ALL_BYTES / 1024 / 1024} MB)`,
    samples,
    // The loop copies 600 MB a second and more on a machine of today that has nothing else to do.
    limits: Object.fromEntries(Object.keys(SHOWN).map((name) => [`filter ${name}`, { ratio: 6 }])),
  };
}

function copied(piece: Uint8Array): Uint8Array {
  const copy = new Uint8Array(piece.length);
  for (let at = 0; at < piece.length; at++) copy[at] = piece[at]!;
  return copy;
}

/** The same text over and over, cut where a pipe would cut it. */
function piecesOf(text: string): readonly Uint8Array[] {
  const one = new TextEncoder().encode(text);
  const all = new Uint8Array(ALL_BYTES);
  for (let at = 0; at < all.length; at += one.length) all.set(one.subarray(0, all.length - at), at);
  return Array.from(
    { length: ALL_BYTES / PIECE_BYTES },
    (_, at) => all.subarray(at * PIECE_BYTES, (at + 1) * PIECE_BYTES),
  );
}

/** Milliseconds for all pieces. */
function timed(pieces: readonly Uint8Array[], pass: (piece: Uint8Array) => Uint8Array): Promise<number> {
  const started = performance.now();
  let bytes = 0;
  for (const piece of pieces) bytes += pass(piece).length;
  if (bytes === 0) throw new Error("nothing passed");
  return Promise.resolve(performance.now() - started);
}
