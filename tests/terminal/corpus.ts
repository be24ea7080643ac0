/**
 * Streams that once came out wrong, or that fuzzing found to take an unusual way through the filter. They are kept: each is cut at
 * every place, and must come out the same.
 *
 * @module
 */

/** The streams. */
export const CORPUS: readonly string[] = [
  // Terminators in halves, doubled, and within characters.
  "\x1b]8;;https://a/\x1b\x1b\\x",
  "\x1b]8;;https://a/\x1b[1mx",
  "\x1b]52;c;QQ==\x1b",
  "\x1b]2;é\u009cx\x07",
  "\x1bP\u009c日\x1b\\x",
  "\x1b_\x18\x1b]0;x\x07y",
  // Interrupted, and interrupted again.
  "\x1b[1\x1b[2\x1b[31mx",
  "\x1b[1\x9b31mx",
  "\x1b(\x1b)\x1b(Bx",
  "\x1b[\x05c\x05x",
  "\x1b[3\x7f1\x7fmx",
  // A character that is cut short by a control, or by another character.
  "\xe2\x82\x1b[cx",
  "\xf0\x9f\xe2\x82\xacx",
  "\xc2\x1b]0;x\x07y",
  "\xc2\xc2\x9b5nx",
  // Forms that are longer than needed, and halves of pairs.
  "\xc0\x9b5nx",
  "\xe0\x82\x9b5nx",
  "\xed\xa0\x80x",
  "\xf4\x90\x80\x80x",
  // Nearly a link.
  "\x1b]8;;https://\x07x",
  "\x1b]8;;https:/a\x07x",
  "\x1b]8;a b;https://a\x07x",
  "\x1b]8;;https://a b\x07x",
  "\x1b]8;https://a\x07x",
  "\x1b]8;;\x1b\x07x",
  // Parameters at their edges.
  "\x1b[?0002hx\x1b[?20hx\x1b[?22hx\x1b[?382hx\x1b[?:2lx\x1b[? 2lx",
  "\x1b[;mx\x1b[<mx\x1b[>mx\x1b[=mx\x1b[?mx",
];
