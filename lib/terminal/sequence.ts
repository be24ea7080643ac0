/**
 * Which control sequences of a box reach the user's terminal.
 *
 * Text, colours, cursor movement and modes pass. What writes to the clipboard or the title does where a setting allows it. What makes
 * the terminal answer (queries, reports) does not: the answer is typed into the box, and could be what the box has made of it. Nor
 * do device strings and messages, which carry all that terminals have invented. After ECMA-48 and xterm's "Control Sequences".
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

/** Whether a control sequence may pass. `body`: what follows the introducer, the final byte included. */
export function allowsControl(body: string): boolean {
  const final = body.at(-1)!;
  const parameters = body.slice(0, -1);
  switch (final) {
    // Device attributes.
    case "c":
      return false;
    // Status and cursor position reports; `>` is xterm's way of disabling a key modifier.
    case "n":
      return parameters.startsWith(">");
    // Window operations: size, position, titles, and reports of all of these. Media copy: a printer.
    case "t":
    case "i":
      return false;
    // Request terminal parameters.
    case "x":
      return /[ $*]$/.test(parameters);
    // Queries of modes, of the cursor's shape, of the version, of the keyboard protocol.
    case "p":
      return !/\$$/.test(parameters) && !parameters.startsWith(">");
    case "q":
      return !parameters.startsWith(">");
    case "u":
      return !parameters.startsWith("?");
    case "m":
      return !parameters.startsWith("?");
    case "S":
      return !parameters.startsWith("?");
    case "w":
      return !/['$]$/.test(parameters);
    // Checksums of rectangles, locators, screen dumps.
    case "y":
    case "z":
    case "{":
    case "|":
      return /\$$/.test(parameters) && final !== "y";
    default:
      return true;
  }
}

/** By final byte: 1 where {@link allowsControl} does not ask for more. */
export const UNCONDITIONAL_FINALS: Uint8Array = new Uint8Array(256);
for (let byte = 0x40; byte < 0x7f; byte++) {
  UNCONDITIONAL_FINALS[byte] = "cntipqumSwxyz{|".includes(String.fromCharCode(byte)) ? 0 : 1;
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
