/**
 * Puts in what the variables of a `devcontainer.json` stand for.
 *
 * A variable of the host is a leak where a project may name it, so which ones are named is collected, and only what the caller
 * answers is put in. `${containerEnv:NAME}` stays: only the box knows it. What is no variable stays, too.
 *
 * Source: Development Containers specification, "Variables in devcontainer.json".
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import type { DevVariables } from "./types.ts";

const VARIABLE = /\$\{([^{}]*)\}/g;

/** A value with its variables put in. */
export interface Substituted<T> {
  readonly value: T;
  /** The variables of the host that were named, sorted. */
  readonly localEnv: readonly string[];
}

/**
 * Puts variables into all texts of a value. Names of properties stay as they are. Throws `bad-devcontainer` for a variable of the host
 * without a name, and for a text that looks like the
 * program's own mark for one.
 */
export function substitute<T>(value: T, variables: DevVariables): Substituted<T> {
  const names = new Set<string>();
  const result = inAll(value, (text) =>
    text.replace(VARIABLE, (whole, inner: string) => {
      const [kind, ...rest] = inner.split(":");
      if (kind === "localEnv" || kind === "env") {
        const [name, otherwise = ""] = rest;
        if (name === undefined) throw noName(whole);
        // No variable is called anything else.
        if (!/^[A-Za-z_][A-Za-z0-9_().]*$/.test(name)) return otherwise;
        names.add(name);
        return variables.localEnv(name) ?? otherwise;
      }
      return plain(kind!, variables) ?? whole;
    }));
  return { value: result as T, localEnv: [...names].sort() };
}

function plain(kind: string, variables: DevVariables): string | undefined {
  const inBox = variables.containerWorkspaceFolder;
  switch (kind) {
    case "localWorkspaceFolder":
      return variables.localWorkspaceFolder;
    case "localWorkspaceFolderBasename":
      return lastName(variables.localWorkspaceFolder);
    case "containerWorkspaceFolder":
      return inBox;
    case "containerWorkspaceFolderBasename":
      return inBox === undefined ? undefined : lastName(inBox);
    case "devcontainerId":
      return variables.devcontainerId;
    default:
      return undefined;
  }
}

function inAll(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(plainText(value));
  if (Array.isArray(value)) return value.map((one) => inAll(one, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [plainText(name), inAll(one, change)]),
  );
}

/** What stands for a variable of this machine afterwards is for this program alone to write. */
function plainText(text: string): string {
  if (!text.includes("\u0001")) return text;
  throw new KanibakoError("bad-devcontainer", `The text ${shellQuote(text)} has a control character in it.`);
}

function lastName(path: string): string {
  return path.split("/").findLast((name) => name !== "") ?? "";
}

function noName(whole: string): KanibakoError {
  return new KanibakoError(
    "bad-devcontainer",
    `The devcontainer.json has ${whole} without a variable's name.`,
    {
      hint: "Write ${localEnv:NAME}, or ${localEnv:NAME:VALUE} with a value for where it is not set.",
    },
  );
}
