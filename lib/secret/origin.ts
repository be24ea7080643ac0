/**
 * Where the value of a secret comes from, and how it is read: when it is needed, and never kept by those who only pass it on.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { findExecutable, run } from "../host/process.ts";
import { shellQuote } from "../host/ui/text.ts";
import { checkSecretName } from "./binding.ts";

/** Where a value comes from, in the words in which it is kept. */
export type Origin =
  | { readonly kind: "value"; readonly value: string }
  | { readonly kind: "command"; readonly command: string }
  | { readonly kind: "env"; readonly variable: string }
  /** Accounts are tried in their order; none: the service alone says which. */
  | { readonly kind: "secret-tool"; readonly service: string; readonly accounts: readonly string[] }
  | { readonly kind: "pass"; readonly entry: string }
  /** Another secret of the store. */
  | { readonly kind: "secret"; readonly name: string };

/** An origin that can be asked: all but the name of another secret. */
export type AskedOrigin = Exclude<Origin, { readonly kind: "secret" }>;

/** Somebody may have to say a password first. */
const PATIENCE_MS = 60_000;
/** Most characters of a value. */
export const MAX_VALUE = 64 * 1024;
/** Values of fewer characters are not covered where a host sends them back: they are in any text. */
export const LEAST_COVERED = 8;
/** What `pass` is steered by. */
export const STORE_VARIABLES: readonly string[] = ["PASSWORD_STORE_DIR", "GNUPGHOME", "GPG_TTY"];
const FORMS = "env:VARIABLE, secret-tool:SERVICE[/ACCOUNT[,ACCOUNT]], pass:ENTRY or secret:NAME";

/** Reads what `--from` takes. Throws `bad-secret`. */
export function parseOrigin(text: string): Origin {
  const [, kind, rest] = /^([a-z-]+):(.+)$/.exec(text) ?? [];
  if (kind === "env" && /^[A-Za-z_]\w*$/.test(rest!)) return { kind, variable: rest! };
  if (kind === "pass" && !rest!.startsWith("-")) return { kind, entry: rest! };
  if (kind === "secret") {
    checkSecretName(rest!);
    return { kind, name: rest! };
  }
  if (kind === "secret-tool") {
    const slash = rest!.indexOf("/");
    const service = slash < 0 ? rest! : rest!.slice(0, slash);
    const accounts = slash < 0 ? [] : rest!.slice(slash + 1).split(",").map((one) => one.trim());
    if (service !== "" && !accounts.includes("")) return { kind, service, accounts };
  }
  throw new KanibakoError("bad-secret", `Cannot read a secret from ${shellQuote(text)}.`, {
    exitCode: 2,
    hint: `Use ${FORMS}.`,
  });
}

/** Where a value comes from, for people. */
export function originText(origin: Origin): string {
  switch (origin.kind) {
    case "value":
      return "stored here";
    case "command":
      return `command: ${origin.command}`;
    case "env":
      return `env:${origin.variable}`;
    case "secret-tool":
      return `secret-tool:${origin.service}${
        origin.accounts.length > 0 ? `/${origin.accounts.join(",")}` : ""
      }`;
    case "pass":
      return `pass:${origin.entry}`;
    case "secret":
      return `secret:${origin.name}`;
  }
}

/** Where a value comes from that has several origins, for people. */
export function originsText(origins: readonly Origin[]): string {
  return origins.map(originText).join(", then ");
}

/** The value. Throws `no-secret`, in words without it, where there is none. */
export async function readOrigin(name: string, origin: AskedOrigin): Promise<string> {
  const value = await raw(name, origin);
  if (value === "") throw missing(name, `${originText(origin)} gives nothing`);
  if (value.length > MAX_VALUE) {
    throw missing(name, `${originText(origin)} gives more than ${MAX_VALUE} characters`);
  }
  return value;
}

async function raw(name: string, origin: AskedOrigin): Promise<string> {
  switch (origin.kind) {
    case "value":
      return origin.value;
    case "env": {
      const value = Deno.env.get(origin.variable);
      if (value === undefined) {
        throw missing(
          name,
          `the variable ${origin.variable} is not set`,
          `Set it in the environment in which you start the box: export ${origin.variable}`,
        );
      }
      return value;
    }
    case "command":
      return await said(name, ["/bin/sh", "-c", origin.command]);
    case "pass":
      return (await said(name, [program(name, "pass"), "show", "--", origin.entry])).split("\n")[0]!;
    case "secret-tool": {
      const lookup = [program(name, "secret-tool"), "lookup", "service", origin.service];
      if (origin.accounts.length === 0) return await said(name, lookup);
      for (const account of origin.accounts) {
        const value = await said(name, [...lookup, "account", account]).catch(() => "");
        if (value !== "") return value;
      }
      throw missing(name, `${originText(origin)} is not in the keyring`);
    }
  }
}

/** What a program prints, without the end of its line. What it says of a failure is not repeated: it may be the value. */
async function said(name: string, argv: readonly string[]): Promise<string> {
  const env = Object.fromEntries(STORE_VARIABLES.map((name) => [name, Deno.env.get(name)]));
  const { code, stdout, timedOut } = await run(argv, {
    env,
    timeoutMs: PATIENCE_MS,
    timeoutEndsAll: true,
    maxOutputBytes: 2 * MAX_VALUE,
  });
  const what = argv[0] === "/bin/sh" ? "its command" : argv[0]!.split("/").at(-1)!;
  if (timedOut) throw missing(name, `${what} did not answer within ${PATIENCE_MS / 1000}s`);
  if (code !== 0) {
    throw missing(
      name,
      `${what} ended with exit code ${code}`,
      `To see why, run it yourself: ${argv[0] === "/bin/sh" ? argv.at(-1) : argv.map(shellQuote).join(" ")}`,
    );
  }
  return stdout.replace(/\r?\n$/, "");
}

function program(name: string, wanted: string): string {
  const found = findExecutable(wanted);
  if (found !== undefined) return found;
  throw missing(name, `${wanted} is not installed on this machine`);
}

/** What is thrown where a secret has no value. `why` has no value in it. */
export function missing(name: string, why: string, remedy?: string): KanibakoError {
  return new KanibakoError("no-secret", `The secret ${name} has no value: ${why}.`, {
    hint: [
      ...remedy === undefined ? [] : [remedy],
      `To store a value, or another origin: kanibako secret set ${name}`,
    ],
  });
}
