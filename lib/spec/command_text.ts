/**
 * A command as it may be kept: its words in shell quotes, without the secrets that can be recognised in them.
 *
 * @module
 */

import { MASK } from "./mask.ts";
import { maskedText } from "./masked_text.ts";

/** Most characters. */
const MOST = 2000;
/** An option with its value in the next word. */
const OPTION = /^--?([A-Za-z][\w-]*)$/;
const PLAIN = /^[\w@%+=:,./-]+$/;

/** The text of a command. `isSecretName`: whether a name is one of a secret. */
export function commandText(argv: readonly string[], isSecretName: (name: string) => boolean): string {
  const words = argv.map((word, at) => {
    const option = OPTION.exec(argv[at - 1] ?? "")?.[1];
    const secret = option !== undefined && !word.startsWith("-") && isSecretName(option.replaceAll("-", "_"));
    if (secret) return MASK;
    return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
  });
  const text = maskedText(words.join(" "), [], isSecretName);
  return text.length <= MOST ? text : `${text.slice(0, MOST)}…`;
}
