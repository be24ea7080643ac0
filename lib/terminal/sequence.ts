/**
 * Which control sequences of a box reach the user's terminal.
 *
 * Text, colours, cursor movement and modes pass. What writes to the clipboard or the title does where a setting allows it. What makes
 * the terminal answer (queries, reports) does not: the answer is typed into the box, and could be what the box has made of it. Nor
 * do device strings and messages, which carry all that terminals have invented, nor what makes the terminal read the bytes that
 * follow in another way than this program does. After ECMA-48, xterm's "Control Sequences" and the kernel's console_codes(4).
 *
 * @module
 */

/** What a user allows the box's output to do. */
export interface TerminalRights {
  /** Write to the clipboard (OSC 52). */
  readonly clipboard: boolean;
  /** Set the title of the window and the icon (OSC 0, 1, 2). */
  readonly title: boolean;
}

/** Longest sequence that is looked at. A longer one is dropped whole. */
export const MAX_SEQUENCE_BYTES = 256 * 1024;
/** Longest link. Terminals take less than that. */
export const MAX_LINK_BYTES = 4096;

/** Finals of control sequences that are asked about one by one. The modes are, too, but see {@link isRefusedMode}. */
const CONDITIONAL = "RTScimnpqtuvwxyz{|]";

/** Whether a control sequence may pass. `body`: what follows the introducer, the final byte included. */
export function allowsControl(body: string): boolean {
  const final = body.at(-1)!;
  const parameters = body.slice(0, -1);
  switch (final) {
    case "h":
    case "l": {
      const bytes = new TextEncoder().encode(parameters);
      return !isRefusedMode(bytes, 0, bytes.length);
    }
    // Device attributes. Window operations: size, position, titles, and reports of all of these. Media copy: a printer.
    // Orders to the console of Linux, one of which shows another console. Checksums. Reports of colours.
    case "c":
    case "t":
    case "i":
    case "]":
    case "y":
    case "R":
      return false;
    // Status and cursor position reports; `>` is xterm's way of disabling a key modifier.
    case "n":
      return parameters.startsWith(">");
    // Requests for the terminal's parameters; the others fill and select.
    case "x":
      return /[ $*]$/.test(parameters);
    // Resets, and a stack of colours. Not: questions about modes, secure reset (which answers), another level of conformance.
    case "p":
      return /[!#]$/.test(parameters);
    // Questions for the version, the keyboard protocol, the graphics.
    case "q":
      return !parameters.startsWith(">");
    case "m":
    case "S":
      return !parameters.startsWith("?");
    case "T":
      return !parameters.startsWith(">");
    // The cursor is put back, and the protocol of the keyboard is set. Not: questions about either, and about the terminal's state.
    case "u":
      return /^([<>=][0-9;:]*)?$/.test(parameters);
    // Requests for the extent shown, the presentation state, locators, screen dumps.
    case "v":
    case "z":
    case "{":
    case "|":
      return parameters.endsWith("$");
    case "w":
      return !/["'$]$/.test(parameters);
    default:
      return true;
  }
}

/** By final byte: 1 where {@link allowsControl} does not ask for more. */
export const UNCONDITIONAL_FINALS: Uint8Array = new Uint8Array(256);
for (let byte = 0x40; byte < 0x7f; byte++) {
  UNCONDITIONAL_FINALS[byte] = `${CONDITIONAL}hl`.includes(String.fromCharCode(byte)) ? 0 : 1;
}

/**
 * Whether parameters of a mode name one that is never changed: 2, which locks the keyboard, or makes a VT52 of the terminal; and
 * 38, which makes a Tektronix of it.
 */
export function isRefusedMode(bytes: Uint8Array, from: number, to: number): boolean {
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit >= 0 && digit <= 9) {
      // Some terminals keep 16 bits of a number, or 32: such large ones name no mode.
      number = number * 10 + digit;
      if (number > 0xffff) return true;
    } else {
      if (number === 2 || number === 38) return true;
      number = 0;
    }
  }
  return number === 2 || number === 38;
}

/** Whether a short escape sequence may pass. `body`: its intermediate bytes and its final one. */
export function allowsEscape(body: string): boolean {
  switch (body[0]) {
    // Another character encoding: bytes of harmless characters would become controls. UTF-8 is what it is.
    case "%":
      return body === "%G";
    // DECID asks who the terminal is, and so does rxvt's question for graphics. A terminator without a string is what is left of one
    // that was dropped.
    case "Z":
    case "G":
    case "\\":
      return false;
    default:
      return true;
  }
}

/** Whether an operating system command may pass. `body`: what stands between introducer and terminator. */
export function allowsCommand(body: string, rights: TerminalRights): boolean {
  const cut = body.indexOf(";");
  const number = cut < 0 ? body : body.slice(0, cut);
  const rest = cut < 0 ? "" : body.slice(cut + 1);
  switch (number) {
    case "0":
    case "1":
    case "2":
      return rights.title && isPlain(rest);
    case "8":
      return allowsLink(rest);
    case "52":
      // A question for the clipboard is never answered.
      return rights.clipboard && /^[cpqs0-7]*;[A-Za-z0-9+/=]*$/.test(rest);
    // Colours: setting them passes, asking for them does not.
    case "4":
    case "10":
    case "11":
    case "12":
      return /^[0-9a-zA-Z#:/;,.]+$/.test(rest);
    case "104":
    case "110":
    case "111":
    case "112":
      return /^[0-9;]*$/.test(rest);
    // Marks of a shell's prompt.
    case "133":
      return /^[A-D](;[\w=;%.-]*)?$/.test(rest);
    default:
      return false;
  }
}

/** A link to the web, or the end of one. Anything else could start a program when it is clicked. */
function allowsLink(rest: string): boolean {
  if (rest.length > MAX_LINK_BYTES - "\x1b]8;".length) return false;
  const cut = rest.indexOf(";");
  if (cut < 0) return false;
  const [parameters, address] = [rest.slice(0, cut), rest.slice(cut + 1)];
  return /^[\w=:.-]*$/.test(parameters) && (address === "" || /^https?:\/\/[!-~]+$/.test(address));
}

/** Printable, so that nothing in it is read as something else. */
function isPlain(text: string): boolean {
  // deno-lint-ignore no-control-regex -- these are what it is about
  return !/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffd]/.test(text);
}
