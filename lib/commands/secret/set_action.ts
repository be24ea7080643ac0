import { KanibakoError, UsageError } from "../../host/error.ts";
import { askSecret } from "../../host/ui/prompt.ts";
import { note } from "../../host/ui/terminal.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { checkSecretName } from "../../secret/binding.ts";
import { LEAST_COVERED, MAX_VALUE, type Origin, parseOrigin } from "../../secret/origin.ts";
import { keepSecret } from "../../secret/store.ts";
import type { Context } from "../context.ts";
import type { SetFlags } from "./secret.ts";

/** Runs `kanibako secret set`. */
export default async function set(this: Context, flags: SetFlags, name: string): Promise<void> {
  const equals = name.indexOf("=");
  if (equals >= 0) {
    throw new UsageError(
      "A value cannot be given as an argument: other users see what a command line says.",
      {
        hint: `kanibako secret set ${shellQuote(name.slice(0, equals))}, and type the value`,
      },
    );
  }
  checkSecretName(name);
  const origins = await originsOf(flags, name);
  const [origin] = origins;
  const { dirs } = await this.host();
  const replaced = await keepSecret(dirs, name, origins);
  if (flags.quiet) return;
  note(replaced ? `Replaced the secret ${name}.` : `Stored the secret ${name}.`);
  if (origin.kind === "value" && origin.value.length < LEAST_COVERED) {
    note(`It is shorter than ${LEAST_COVERED} characters, and not covered where a host sends it back.`);
  }
  for (const one of origins) {
    if (one.kind === "env" && !Deno.env.get(one.variable)) {
      note(`${one.variable} is not set here. Its value is read where a box is started.`);
    }
  }
  if (!replaced) note(`To use it in this project's box: kanibako box config secret.${name}=HOST`);
}

type Origins = readonly [Origin, ...Origin[]];

async function originsOf({ from = [], command }: SetFlags, name: string): Promise<Origins> {
  const [first, ...others] = from.map(parseOrigin);
  if (first) {
    if ([first, ...others].some((one) => one.kind === "secret" && one.name === name)) {
      throw new UsageError(`The secret ${name} cannot come from itself.`);
    }
    return [first, ...others];
  }
  if (command !== undefined) {
    if (command.trim() === "") throw new UsageError("The command of --command is empty.");
    return [{ kind: "command", command }];
  }
  const value = await askSecret(`Value of ${name}`, MAX_VALUE);
  if (value === undefined) {
    throw new KanibakoError("aborted", `Nothing was stored: the value of ${name} was not given.`);
  }
  if (value === "") {
    throw new UsageError("The value is empty.", {
      hint:
        `Type it when it is asked for, or give it on standard input: PROGRAM | kanibako secret set ${name}`,
    });
  }
  if (value.length > MAX_VALUE) throw new UsageError(`The value is longer than ${MAX_VALUE} characters.`);
  if (value.includes("\0")) throw new UsageError("The value has a NUL character in it.");
  return [{ kind: "value", value }];
}
