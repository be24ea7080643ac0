/**
 * What a command's action is called with: its words checked against the declaration, each flag with its value.
 *
 * @module
 */

import { UsageError } from "../host/error.ts";
import { nearest } from "../host/ui/text.ts";
import type { Arguments } from "./arguments.ts";
import { type Action, type Command, optionName } from "./command.ts";
import type { Context } from "./context.ts";

/** Checks the arguments, loads the action and runs it. Returns its exit code. Throws `UsageError`, or what the action throws. */
export async function runCommand(command: Command, given: Arguments, context: Context): Promise<number> {
  const flags = flagValues(command, given);
  const [words, more] = wordValues(command, given.words);
  const { default: action } = await command.load();
  // Getters of the context stay getters.
  const own: Context = command.more
    ? Object.create(context, { rest: { value: more, enumerable: true } })
    : context;
  return (await (action as Action<unknown, readonly unknown[]>).call(own, flags, ...words)) ?? 0;
}

function flagValues(command: Command, { options }: Arguments): Record<string, unknown> {
  const flags: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(command.flags)) {
    const values = options.get(name) ?? [];
    if (option.kind === "toggle") flags[name] = values.length > 0;
    else if (option.kind === "list") flags[name] = values;
    else if (values.length > 0) {
      const choices = option.kind === "choice" ? option.values : undefined;
      flags[name] = checked(choices, `--${optionName(name)}`, String(values[0]));
    }
  }
  return flags;
}

/** The words there are declarations for, and those beyond them. */
function wordValues(command: Command, words: readonly string[]): [words: string[], more: string[]] {
  const { positional, more } = command;
  const own = words.slice(0, positional.length).map((value, at) =>
    checked(positional[at]!.values, positional[at]!.placeholder.toUpperCase(), value)
  );
  const beyond = words.slice(positional.length);
  if (beyond.length > 0 && !more) throw new UsageError(`Unexpected argument "${beyond[0]}".`);
  const missing = positional.slice(words.length).find(({ optional }) => !optional) ??
    (more?.required && beyond.length === 0 ? more : undefined);
  if (missing) throw new UsageError(`${missing.placeholder.toUpperCase()} is missing: ${missing.brief}.`);
  return [own, beyond];
}

function checked(values: readonly string[] | undefined, name: string, value: string): string {
  if (values === undefined || values.includes(value)) return value;
  const meant = nearest(value, values);
  throw new UsageError(
    `"${value}" is not a valid value for ${name}; it is one of ${values.join(", ")}.`,
    meant === undefined ? {} : { hint: `Did you mean "${meant}"?` },
  );
}
