// deno-lint-ignore-file no-control-regex
import assert from "node:assert/strict";
import fc from "fast-check";
import { TerminalFilter } from "../../lib/terminal/filter.ts";
import { CORPUS } from "./corpus.ts";
import type { TerminalRights } from "../../lib/terminal/sequence.ts";

const NONE: TerminalRights = { clipboard: false, title: false };
const ALL: TerminalRights = { clipboard: true, title: true };

function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function filtered(text: string | Uint8Array, rights: TerminalRights = NONE): string {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return new TextDecoder().decode(new TerminalFilter(rights).pass(bytes));
}

/** What reaches the terminal, as itself. */
const PASSES = [
  "plain\r\ntext\t\b\x07",
  "\x1b[1;38;2;1;2;3mcolour\x1b[0m",
  "\x1b[m\x1b[H\x1b[2J\x1b[10;20H\x1b[?1049h\x1b[?2004h\x1b[?1000h\x1b[?25l\x1b[4 q\x1b[!p",
  "\x1b(B\x1b=\x1b>\x1b7\x1b8\x1bM\x1bc",
  "Grüße 日本 👩‍💻 \u00a0",
  "\x1b]8;id=a;https://example.net/x?y=1\x1b\\link\x1b]8;;\x1b\\",
  "\x1b]4;1;rgb:00/11/22\x07\x1b]104;1\x07",
  "\x1b]133;A\x07",
  "\x1b[>4;2m\x1b[>1u\x1b[<u\x1b[=1;1u\x1b[u\x1b[s",
  "\x1b[?1;2004l\x1b[4h\x1b[?1002;1006h\x1b[?12l\x1b[22;38m\x1b[#p\x1b[#q\x1b[2T\x1b[3S\x1b[1;1;2;2$v",
  "\x1b]8;;http://a/\x07x\x1b]8;;\x07\x1b%G\x1b)0\x0e\x0f\x1b#8",
];

/** What does not, and what it would have done. */
const DROPPED: readonly (readonly [string, string])[] = [
  ["clipboard", "\x1b]52;c;UFdORUQ=\x07"],
  ["clipboard, other end", "\x1b]52;c;UFdORUQ=\x1b\\"],
  ["clipboard question", "\x1b]52;c;?\x07"],
  ["title", "\x1b]0;title\x07"],
  ["icon", "\x1b]1;title\x1b\\"],
  ["device string", "\x1bPq#0;2;0;0;0\x1b\\"],
  ["pass-through of tmux", "\x1bPtmux;\x1b\x1b]52;c;UFdORUQ=\x07\x1b\\"],
  ["pass-through of screen", "\x1bP\x1b]52;c;UFdORUQ=\x07\x1b\\"],
  ["message", "\x1b_Gf=24,s=1,v=1;AAAA\x1b\\"],
  ["private message", "\x1b^text\x1b\\"],
  ["start of string", "\x1bXtext\x1b\\"],
  ["title of screen", "\x1bktitle\x1b\\"],
  ["device attributes", "\x1b[c\x1b[0c\x1b[>c\x1b[=c\x1bZ"],
  ["status", "\x1b[5n\x1b[6n\x1b[?6n\x1b[?996n"],
  ["window reports", "\x1b[18t\x1b[21t\x1b[14t\x1b[8;24;80t"],
  ["answerback", "\x05"],
  ["mode question", "\x1b[?2026$p\x1b[4$p"],
  ["version", "\x1b[>q\x1b[>0q"],
  ["keyboard question", "\x1b[?u\x1b[?4m"],
  ["colour question", "\x1b]11;?\x07\x1b]4;1;?\x07"],
  ["parameters", "\x1b[x\x1b[1x"],
  ["checksum", "\x1b[1;1;1;1;2;2*y"],
  ["presentation state", "\x1b[1$w"],
  ["printer", "\x1b[5i\x1b[4i"],
  ["notice", "\x1b]9;text\x07\x1b]777;notify;a;b\x07\x1b]99;;x\x1b\\"],
  ["working folder", "\x1b]7;file://host/etc\x07"],
  ["file transfer", "\x1b]1337;File=inline=1:AAAA\x07"],
  ["another encoding", "\x1b%@\x1b%/G\x1b%8"],
  ["a mode that locks the keyboard", "\x1b[2h\x1b[4;2h\x1b[?25;02h"],
  ["a mode of another terminal", "\x1b[?2l\x1b[?38h\x1b[?99999999999h"],
  ["report of colours", "\x1b[#R\x1b[1;2#|"],
  ["state of the terminal", '\x1b[1$u\x1b[&u\x1b["v\x1b[1+p\x1b[61"p'],
  ["forms of titles", "\x1b[>2T\x1b[>2t"],
  ["console of Linux", "\x1b[12;2]"],
  ["graphics of rxvt", "\x1bGQ".slice(0, 2)],
  ["link of great length", `\x1b]8;;https://a/${"b".repeat(5000)}\x1b\\`],
  ["link to a file", "\x1b]8;;file:///etc/passwd\x07"],
  ["link to a program", "\x1b]8;;x-man-page://ls\x07"],
];

Deno.test("T49: text, colours, drawing and links to the web reach the terminal as they are", () => {
  for (const text of PASSES) assert.equal(filtered(text), text);
});

Deno.test("T49: what acts on the terminal does not reach it", () => {
  for (const [what, text] of DROPPED) assert.equal(filtered(`a${text}b`), "ab", what);
});

Deno.test("T49: controls in eight bits count as what they are", () => {
  for (const [what, text] of DROPPED) {
    if (!/^\x1b[\]P_^X[]/.test(text)) continue;
    const lone = latin(
      `a${text.replace(/\x1b([@-_])/g, (_, c: string) => String.fromCharCode(c.charCodeAt(0) + 0x40))}b`,
    );
    assert.equal(filtered(lone), "ab", what);
    const encoded = text.replace(
      /\x1b([@-_])/g,
      (_, c: string) => String.fromCharCode(c.charCodeAt(0) + 0x40),
    );
    const left = filtered(`a${encoded}b`);
    assert.match(left, /^ab?$/, what);
  }
  assert.equal(filtered(latin("\x9b1mx")), "\x1b[1mx");
});

Deno.test("T49: a setting lets the clipboard and the title through, and no more", () => {
  const [copy, title] = ["\x1b]52;c;UFdORUQ=\x07", "\x1b]2;Grüße\x1b\\"];
  assert.equal(filtered(copy + title, ALL), copy + title);
  assert.equal(filtered(copy + title, { clipboard: true, title: false }), copy);
  assert.equal(filtered(copy + title, { clipboard: false, title: true }), title);
  for (const [what, text] of DROPPED) {
    if (/^(clipboard(, other end)?|title|icon|pass-through.*)$/.test(what)) continue;
    assert.equal(filtered(`a${text}b`, ALL), "ab", what);
  }
  assert.equal(filtered("\x1b]2;a\u009bc\x07", ALL), "");
  assert.equal(filtered("\x1b]52;c;x\ny\x07", ALL), "");
});

Deno.test("T49: a sequence that is interrupted or hidden leaves nothing that becomes one", () => {
  assert.equal(filtered("\x1b[\x7fcx"), "x");
  assert.equal(filtered("\x1b[5\x07nx"), "\x07x");
  assert.equal(filtered("\x1b]52;c;AA\x1b[1mx"), "\x1b[1mx");
  assert.equal(filtered("\x1b]52;c;AA\x18x"), "x");
  assert.equal(filtered("\x1b\x1b]52;c;AA\x07x"), "x");
  assert.equal(filtered(latin("\xe2\x1b]52;c;AA\x07x")), "x");
  assert.equal(filtered(`\x1b]2;${"a".repeat(300_000)}\x07x`, ALL), "x");
  assert.equal(filtered("\x1b[5"), "");
});

Deno.test("T49: each sequence is the same in two pieces, wherever it is cut, and byte by byte", () => {
  for (const text of [...PASSES, ...DROPPED.map(([, dropped]) => `a${dropped}b`), ...CORPUS]) {
    const bytes = /^[\u0000-\u00ff]*$/.test(text) ? latin(text) : new TextEncoder().encode(text);
    for (const rights of [NONE, ALL]) {
      const whole = [...new TerminalFilter(rights).pass(bytes)];
      for (let cut = 0; cut <= Math.min(bytes.length, 200); cut++) {
        assert.deepEqual(inPieces(bytes, [cut], rights), whole, JSON.stringify([text, cut]));
      }
      assert.deepEqual(inPieces(bytes, Array(bytes.length).fill(1), rights), whole, JSON.stringify(text));
    }
  }
});

/** What comes out for pieces of these lengths, and the rest. */
function inPieces(bytes: Uint8Array, lengths: readonly number[], rights: TerminalRights): number[] {
  const filter = new TerminalFilter(rights);
  const parts: number[] = [];
  let at = 0;
  for (const length of lengths) {
    parts.push(...filter.pass(bytes.slice(at, at + length)));
    at += length;
  }
  parts.push(...filter.pass(bytes.slice(at)));
  return parts;
}

const piece = fc.oneof(
  fc.constantFrom(...PASSES, ...DROPPED.map(([, text]) => text)).map((text) =>
    new TextEncoder().encode(text)
  ),
  fc.uint8Array({ maxLength: 12 }),
  fc.constantFrom(
    "\x1b",
    "\x1b]",
    "\x1b[",
    "\x1bP",
    "\x07",
    "\x1b\\",
    ";",
    "52;c;QQ==",
    "\x9d",
    "\xc2",
    "\x9c",
    "c",
    "6n",
    "\x18",
    "\x7f",
    "é",
  ).map(latin),
);
const stream = fc.array(piece, { maxLength: 12 }).map((parts) =>
  Uint8Array.from(parts.flatMap((part) => [...part]))
);

Deno.test("T49: however a stream is cut into pieces, the same comes out", () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(40), { maxLength: 20 }), fc.boolean(), (bytes, cuts, allowed) => {
      const rights = allowed ? ALL : NONE;
      const whole = [...new TerminalFilter(rights).pass(bytes)];
      assert.deepEqual(inPieces(bytes, cuts, rights), whole);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("T49: what came out passes again unchanged, and holds nothing that is dropped", () => {
  fc.assert(
    fc.property(stream, (bytes) => {
      const once = new TerminalFilter(NONE).pass(bytes);
      const twice = new TerminalFilter(NONE).pass(once);
      assert.deepEqual([...twice], [...once]);
      const text = Array.from(once, (byte) => String.fromCharCode(byte)).join("");
      const dropped =
        /\x1b\](?!8;|4;|1[0-2];|1[01][0-9];|133;)|\x1b[PX^_kZG]|\x1b%[^G]|\x05|\x1b\[[ -?]*[\]yR]|\x1b\[[ -?]*[cti]|\x1b\[[0-?]*n(?<!>[0-9;]*n)/;
      assert.doesNotMatch(text, dropped);
      // No control in eight bits but as part of a character.
      assert.doesNotMatch(new TextDecoder().decode(once), /[\u0080-\u009f\ufffd]/);
    }),
    { numRuns: 3000 },
  );
});
