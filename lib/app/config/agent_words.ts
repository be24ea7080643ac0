/**
 * What a declaration of an agent asks of this machine, in words, for who is to approve it.
 *
 * @module
 */

import { shellQuote } from "../../host/ui/text.ts";
import { placesOf } from "../../../targets/declared/check.ts";
import type { Declaration } from "../../../targets/declared/schema.ts";
import type { Origin } from "../../../targets/target.ts";

/** One line for each thing. */
export function agentLines(agent: Declaration, origin: Origin | undefined): readonly string[] {
  const line = (words: string, values: readonly string[] | undefined) =>
    values === undefined || values.length === 0 ? [] : [`${words}: ${values.map(shellQuote).join(" ")}`];
  const logins = (agent.login ?? []).map(({ path }) => path);
  const read = placesOf(agent).map(([, path]) => path).filter((path) => !logins.includes(path));
  const { command = {}, provision } = agent;
  return [
    `${agent.name}: ${agent.title}${
      origin?.overrides === undefined
        ? ""
        : `, in place of the agent ${agent.name} that ${
          origin.overrides === "user" ? "is your own" : "comes with kanibako"
        }`
    }`,
    ...line("is looked for on this machine as", agent.find?.names ?? [agent.name]),
    ...line("boxes are given this package of this machine", agent.find?.npm && [agent.find.npm.package]),
    ...line(
      "boxes are given this Python package, and its Python",
      agent.find?.python && [agent.find.python.package],
    ),
    ...line("boxes are given what lies beside the program as", agent.mount?.companions),
    ...line(
      `boxes are given copies of what boxes with the agent ${agent.name} share`,
      (agent.resources ?? []).flatMap(({ path, scope }) => scope === "seeded" ? [path] : []),
    ),
    ...line(
      "boxes are given, and can renew, these logins of this machine",
      logins.map((path) => `~/${path}`),
    ),
    ...line("boxes are given parts of", [...new Set(read)].map((path) => `~/${path}`)),
    ...line("takes these keys of your environment", agent.keys),
    ...line(
      "has its box reached, while you log in, by this port of your machine",
      agent.log_in?.port === undefined ? undefined : [`${agent.log_in.port}`],
    ),
    ...line("a filtered network may reach", agent.hosts),
    ...line("and the host that one of these variables names", agent.addresses),
    ...line("is installed in the box by", provision?.inside),
    ...line("runs this program of the rig", provision?.rig === undefined ? undefined : [provision.rig]),
    ...line(
      "has these variables in the box",
      Object.entries({ ...agent.env, ...command.autonomous_env }).map(([name, value]) => `${name}=${value}`),
    ),
    ...line("works without asking with", command.autonomous),
  ];
}
