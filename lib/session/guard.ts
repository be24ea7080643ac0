/**
 * The login of a box that uses it without having it: what such a box is given.
 *
 * @module
 */

import type { DeliveryRequest } from "../crab/prepare.ts";
import { coverFor } from "../run/guarded_login.ts";
import { KanibakoError } from "../host/error.ts";
import { qualifiedName } from "../project/project.ts";
import { PLACEHOLDER, placeholderOf } from "../secret/placeholder.ts";
import { fromPart } from "../spec/source.ts";
import type { SecretBinding } from "../spec/box_secrets.ts";
import { warning } from "../spec/ui.ts";
import { loginTargets, targetHost } from "../../targets/discover.ts";
import type { Target } from "../../targets/target.ts";
import type { Session } from "./gather.ts";

/** Fields in which services of language models take keys. */
const KEY_FIELDS = "authorization x-api-key api-key x-goog-api-key";

/** What is delivered in the place of a login. What of it cannot be guarded is not given, and is said. */
export async function guardedDelivery(
  session: Session,
  target: Target,
): Promise<NonNullable<DeliveryRequest["guarded"]>> {
  const key = session.guardKey!;
  if (session.agent && target.credentials.some(({ guard }) => !guard)) {
    warning(session.host.ui, "plan-warning", {
      text:
        `This box has no login file of ${target.displayName}: it cannot be guarded. A key can: kanibako secret set`,
    });
  }
  const keys = await guardedKeys(session);
  const marks = await Promise.all(
    keys.map(async ({ name }) => [name, await placeholderOf(key, name)] as const),
  );
  return { cover: coverFor(key), keys: Object.fromEntries(marks) };
}

/** Takes back what the box was given of the host's login: the login itself, or what stands in its place. */
export async function withdrawOtherKind({ host: { ui }, project, guardKey }: Session): Promise<void> {
  const [{ withdrawLogin }, { changeSteps }, { withoutGiven }] = await Promise.all([
    import("../crab/withdraw.ts"),
    import("../crab/steps.ts"),
    import("../crab/given.ts"),
  ]);
  const { home, state } = project;
  const files = loginTargets().flatMap(({ credentials }) => credentials);
  // What is in such a file without a placeholder is the box's own.
  const goes = guardKey === undefined ? { goes: (text: string) => PLACEHOLDER.test(text) } : {};
  try {
    await withdrawLogin({ home, state, files, ...goes });
    await changeSteps(state, withoutGiven);
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    warning(ui, "login-stays", { name: qualifiedName(project), message: error.message });
  }
}

/** The keys of the user's environment that are the agent's login; none where the box is to have them itself. */
export async function guardedKeys(
  { host, guardKey, agent, tool }: Session,
): Promise<readonly SecretBinding[]> {
  const target = (agent ?? tool)?.target;
  if (guardKey === undefined || !target?.keys) return [];
  const hosts = target.credentials.flatMap(({ guard }) => guard?.hosts ?? []);
  // A key may go elsewhere than a login: Gemini's does.
  const bound = new Set([...hosts, ...target.hosts.filter((host) => !/[*:/ ]/.test(host))]);
  const binding = [...bound].map((host) => `${host} ${KEY_FIELDS}`).join(", ");
  if (binding === "") return [];
  const from = fromPart("your environment, as a guarded login");
  return (await target.keys(targetHost(host.dirs.home))).map((name) => ({
    name,
    binding,
    origin: `env:${name}`,
    from,
  }));
}
