/**
 * What of the user's own configuration of the agent a start gives to its box, and what is to be said of it.
 *
 * @module
 */

import { ownChange, type OwnDelivery, ownDelivery } from "../crab/own/delivery.ts";
import { gatherOwn } from "../crab/own/gather.ts";
import { isGrave, lackingInHome, lackingText, seededPlaces, stillLacking } from "../crab/own/lacking.ts";
import { seenLacking } from "../crab/own/seen.ts";
import { hadOwn } from "../crab/steps.ts";
import { hostOf, ownChoice } from "../plan/own_host.ts";
import { warning } from "../spec/ui.ts";
import type { Target } from "../../targets/target.ts";
import type { Session } from "./gather.ts";

/** Gathers it. Throws `bad-own`, `unsafe-own`, `too-large`. */
export async function giveOwn(session: Session, target: Target): Promise<OwnDelivery> {
  const { host, project, settings, steps } = session;
  const own = await gatherOwn({
    target,
    host: hostOf(host, target),
    choice: ownChoice(settings.own),
    sharedAuth: project.sharedAuth,
    project: project.path,
    had: (mark) => hadOwn(steps, target.name, mark),
  });
  const seen = await seenLacking(project.state);
  const delivery = { ...await ownDelivery(target.name, own), again: seen.length > 0 };
  const say = (text: string) => warning(host.ui, "plan-warning", { text });
  const certain = lackingInHome(own, seededPlaces(settings.binds));
  if (ownChange(delivery, steps)) {
    // It is said when it is given, and shown by `crab info` at any time.
    for (const text of own.notes) say(`${text}.`);
    for (const text of own.left) say(`${text}: the box does not get it.`);
    for (const lacking of certain) say(lackingText(lacking));
  } else {
    // A guard that does not run is said each time.
    for (const lacking of stillLacking(own, seen, certain)) if (isGrave(lacking)) say(lackingText(lacking));
  }
  // Where it changes something, or nothing at all is given. Another agent may have the server.
  if (ownChange(delivery, steps) || Object.keys(delivery.marks).length === 0) {
    for (const text of unknownServers(settings.own, own.met, target.displayName)) say(text);
  }
  return delivery;
}

function unknownServers(
  { mcp, lsp }: Session["settings"]["own"],
  met: OwnDelivery["own"]["met"],
  agent: string,
): string[] {
  const named = [["mcp.servers", "mcp", mcp.value], ["lsp.servers", "lsp", lsp.value]] as const;
  return named.flatMap(([setting, kind, names]) =>
    names.filter((name) => name !== "*" && !met.some((one) => one.kind === kind && one.name === name))
      .map((name) =>
        `${setting} names ${JSON.stringify(name)}, but ${agent} has no such server on this machine.`
      )
  );
}
