/**
 * The values of a session's secret variables, kept beside its run, where no box can see them, until it is over: what is recorded of
 * its last screen is recorded without them.
 *
 * @module
 */

import { listOf, schemaOf, text } from "../host/light_schema.ts";
import { readJson, writeJson } from "../host/store.ts";
import type { BoxSpec } from "../spec/box_spec.ts";

/** The file of a run's folder. It goes with the run. */
export function secretsFile(folder: string): string {
  return `${folder}/secrets.json`;
}

/** Keeps them. */
export async function keepSecrets(folder: string, { env }: BoxSpec): Promise<void> {
  const values = Object.values(env).filter(({ secret }) => secret).map(({ value }) => value);
  await writeJson(secretsFile(folder), values, 0o600, { durable: false });
}

/** Those of a run. None when the file is gone. */
export async function keptSecrets(folder: string): Promise<readonly string[]> {
  return await readJson(secretsFile(folder), schemaOf(listOf(text))).catch(() => undefined) ?? [];
}
