/**
 * The secrets of a box, and what it trusts for the connections into which they are put. Their values are only looked for: what cannot
 * be had is to be known before the start.
 *
 * @module
 */

import { checkUsersVariable } from "../config/env.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { authorityFor, keepAuthority } from "../net/intercept/authority.ts";
import { readsRequests } from "../net/rule.ts";
import { parseBinding, parseSecretFlag, placeText } from "../secret/binding.ts";
import { keepPlaceholderKey, placeholderKeyFor, placeholderOf } from "../secret/placeholder.ts";
import { secretValue } from "../secret/store.ts";
import type { BoxInterception, SecretBinding } from "../spec/box_secrets.ts";
import type { NetworkRule } from "../spec/box_spec.ts";
import { fromFlag, sourceText } from "../spec/source.ts";
import type { Session } from "./gather.ts";
import { guardedKeys } from "./guard.ts";

/** What the box needs; `undefined`: no connection of it is looked into. Throws `bad-secret` and `no-secret`. */
export async function interceptionOf(
  session: Session,
  rules: readonly NetworkRule[],
  agents: readonly string[],
): Promise<BoxInterception | undefined> {
  const set = boundIn(session);
  const keys = (await guardedKeys(session)).filter(({ name }) => !set.some((one) => one.name === name));
  const bound = [...set, ...keys];
  if (
    bound.length === 0 && session.guardKey === undefined && !rules.some(({ text }) => readsRequests(text))
  ) return undefined;
  const { host, project, request } = session;
  for (const { name, origin } of bound) if (origin === undefined) await secretValue(host.dirs, name);
  const state = project.state;
  const [key, authority] = await Promise.all([
    session.guardKey ?? session.fileKey ?? placeholderKeyFor(state),
    authorityFor(state, request.standIn?.role === "scratch" ? "box" : project.name),
  ]);
  const files = session.fileKey === undefined
    ? undefined
    : (await import("./secret_files.ts")).secretFilePlaces(session, new Set(set.map(({ name }) => name)));
  const secrets = await Promise.all(bound.map(async (one) => {
    const file = files?.get(one.name);
    const placeholder = await placeholderOf(key, one.name);
    return { ...one, placeholder, ...file === undefined ? {} : { file } };
  }));
  return { secrets, key, authority, agents };
}

/** Keeps with the box what is to be the same at its next start. */
export async function keepInterception(state: string, { key, authority }: BoxInterception): Promise<void> {
  await Promise.all([keepPlaceholderKey(state, key), keepAuthority(state, authority)]);
}

/** Throws `not-filtered` for options and a login that need a filtered network; what is set for a box without one is said, and left out. */
export function withoutDoor({ settings, request, guardKey, project }: Session): string | undefined {
  const { value, from } = settings.network;
  const why = `the network of this box is ${value} (${sourceText(from)})`;
  // Without any network the placeholders are of no use, and do no harm.
  if (guardKey !== undefined && value !== "none") {
    const config = `kanibako box config ${shellQuote(project.path)}`;
    throw new KanibakoError("not-filtered", `Cannot guard the login: ${why}.`, {
      hint: [
        `It is put in at the door of a filtered network: ${config} network=filtered`,
        `To let the box have the login: ${config} auth=shared`,
      ],
    });
  }
  const option = (request.flags.secrets ?? []).length > 0
    ? "--secret"
    : (request.flags.secretFiles ?? []).length > 0
    ? "--secret-file"
    : undefined;
  if (option !== undefined) {
    throw new KanibakoError("not-filtered", `Cannot use ${option}: ${why}.`, {
      exitCode: 2,
      hint: "Secrets are put into requests at the door of a filtered network: --network filtered",
    });
  }
  const names = Object.entries(settings.secrets).filter(([, { value }]) => value.trim() !== "")
    .map(([name]) => name);
  return names.length === 0
    ? undefined
    : `This box does not have ${names.join(", ")}: ${why}, and not filtered.`;
}

/** The secrets that the settings and options of a call bind. Throws `bad-secret`. */
export function boundIn(
  { settings, request }: Pick<Session, "settings" | "request">,
): readonly SecretBinding[] {
  const all = new Map<string, SecretBinding>();
  for (const [name, { value, from }] of Object.entries(settings.secrets)) {
    const binding = written(name, value);
    if (binding === "") continue;
    checkUsersVariable(name, "");
    all.set(name, { name, binding, from });
  }
  const from = fromFlag("--secret");
  const given = new Map<string, string[]>();
  for (const word of request.flags.secrets ?? []) {
    const { name, binding } = parseSecretFlag(word);
    checkUsersVariable(name, "");
    given.set(name, [...given.get(name) ?? [], binding]);
  }
  for (const [name, bindings] of given) {
    all.set(name, { name, binding: written(name, bindings.join(",")), from });
  }
  return [...all.values()];
}

function written(name: string, text: string): string {
  return parseBinding(name, text).map(placeText).join(", ");
}
