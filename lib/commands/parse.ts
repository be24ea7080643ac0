/**
 * Gives a command's words to the parser library and runs the action with what comes out.
 *
 * @module
 */

import {
  buildApplication,
  buildCommand,
  EnumValidationError,
  run,
  text_en,
  UnexpectedPositionalError,
  UnsatisfiedPositionalError,
} from "@stricli/core";
import { UsageError } from "../host/error.ts";
import { nearest } from "../host/ui/text.ts";
import type { Arguments } from "./arguments.ts";
import type { Action, Command } from "./command.ts";
import type { Context } from "./context.ts";

/** Parses, checks and runs. Returns the exit code of the action; whatever is wrong is thrown. */
export async function runCommand(command: Command, given: Arguments, context: Context): Promise<number> {
  let failure: unknown;
  const [words, more] = command.more
    ? [given.words.slice(0, command.positional.length), given.words.slice(command.positional.length)]
    : [given.words, context.rest];
  let exitCode = 0;
  const parsed = buildCommand<Record<string, unknown>, readonly string[], Context>({
    docs: { brief: command.brief },
    parameters: {
      flags: command.flags as never,
      positional: { kind: "tuple", parameters: command.positional } as never,
    },
    func: async function (this: Context, flags: Record<string, unknown>, ...words: readonly string[]) {
      try {
        const { default: action } = await command.load();
        const present = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
        exitCode = (await (action as Action<unknown, readonly unknown[]>).call(this, present, ...words)) ?? 0;
      } catch (error) {
        failure = error;
      }
    },
  });
  const application = buildApplication(parsed, {
    name: "kanibako",
    scanner: { caseStyle: "original", allowArgumentEscapeSequence: true },
    documentation: { disableAnsiColor: true },
    localization: {
      text: {
        ...text_en,
        exceptionWhileParsingArguments: (error) => {
          failure ??= explain(error, command);
          return "";
        },
      },
    },
  });
  // The library ends by setting an exit code and writing to these streams; errors go the program's own way instead.
  const silent = { write: () => {} };
  const quiet = { ...context, rest: more, process: { stdout: silent, stderr: silent } };
  await run(application, flatten({ ...given, words }), quiet);
  if (failure !== undefined) throw failure;
  return exitCode;
}

/** The words as the parser takes them: options first, then `--`, then the rest. */
function flatten(given: Arguments): string[] {
  const tokens: string[] = [];
  for (const [flag, values] of given.options) {
    for (const value of values) {
      if (value === true) tokens.push(`--${flag}`);
      else if (value.startsWith("-")) tokens.push(`--${flag}=${value}`);
      else tokens.push(`--${flag}`, value);
    }
  }
  return [...tokens, "--", ...given.words];
}

function explain(error: unknown, command: Command): unknown {
  if (error instanceof UnexpectedPositionalError) return new UsageError(`Unexpected word "${error.input}".`);
  if (error instanceof UnsatisfiedPositionalError) {
    const missing = command.positional.find((word) => word.placeholder === error.placeholder);
    return new UsageError(`${error.placeholder.toUpperCase()} is missing: ${missing?.brief ?? "a word"}.`);
  }
  if (error instanceof EnumValidationError) {
    const meant = nearest(error.input, error.values);
    return new UsageError(
      `Option --${error.externalFlagName} cannot be "${error.input}"; it is one of ${
        error.values.join(", ")
      }.`,
      meant === undefined ? {} : { hint: `Did you mean "${meant}"?` },
    );
  }
  return error instanceof Error ? new UsageError(error.message) : error;
}
