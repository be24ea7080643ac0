/**
 * What of the user's own configuration of the agent a start gives to its box. Where nothing is chosen, nothing is loaded for it.
 *
 * @module
 */

import type { OwnDelivery } from "../crab/own/delivery.ts";
import { warning } from "../spec/ui.ts";
import type { Session } from "./gather.ts";

/** What is given; `undefined` where nothing is, and nothing was. Throws `bad-own`, `unsafe-own`, `too-large`. */
export async function ownOf(session: Session): Promise<OwnDelivery | undefined> {
  const { agent, foreign, settings, steps } = session;
  // What another user's box got, that user could read.
  if (!agent || foreign) return undefined;
  const { parts, mcp, lsp } = settings.own;
  const had = Object.entries(steps.own).some(([mark, digest]) =>
    digest !== "" && mark.startsWith(`${agent.target.name}/`)
  );
  if (!had && parts.value.length + mcp.value.length + lsp.value.length === 0) return undefined;
  return await given(session, agent.target);
}

async function given(
  session: Session,
  target: NonNullable<Session["agent"]>["target"],
): Promise<OwnDelivery> {
  const { host, project, settings, steps } = session;
  const [
    { gatherOwn },
    { ownChange, ownDelivery },
    { hostOf, ownChoice },
    { lackingInHome, lackingText, seededPlaces },
    { seenLacking },
  ] = await Promise.all([
    import("../crab/own/gather.ts"),
    import("../crab/own/delivery.ts"),
    import("../plan/own_host.ts"),
    import("../crab/own/lacking.ts"),
  ]);
  const own = await gatherOwn({
    target,
    host: hostOf(host, target),
    choice: ownChoice(settings.own),
    sharedAuth: project.sharedAuth,
    project: project.path,
    had: (kind, path) =>
      Object.entries(steps.own).some(([mark, digest]) =>
        digest !== "" && mark.startsWith(`${target.name}/${kind}:${path}:`)
      ),
  });
  const delivery = await ownDelivery(target.name, own);
  // It is said when it is given, and shown by `crab info` at any time.
  if (ownChange(delivery, steps)) {
    const lacking = lackingInHome(own, seededPlaces(settings.binds));
    const texts = [
      ...own.left.map((text) => `${text}: the box does not get it.`),
      ...lacking.map(lackingText),
    ];
    for (const text of texts) warning(host.ui, "plan-warning", { text });
  } else {
    // A guard that does not run is said each time.
    const lacking = (await seenLacking(project.state)).filter(({ guard }) => guard);
    for (const one of lacking) warning(host.ui, "plan-warning", { text: lackingText(one) });
  }
  for (const text of unknownServers(settings.own, own.met)) warning(host.ui, "plan-warning", { text });
  return delivery;
}

function unknownServers(
  { mcp, lsp }: Session["settings"]["own"],
  met: OwnDelivery["own"]["met"],
): string[] {
  return ([["mcp.servers", "mcp", mcp.value], ["lsp.servers", "lsp", lsp.value]] as const).flatMap(
    ([setting, kind, names]) =>
      names.filter((name) => name !== "*" && !met.some((one) => one.kind === kind && one.name === name)).map((
        name,
      ) => `${setting} names ${JSON.stringify(name)}, but no such server is configured on this machine.`),
  );
}
