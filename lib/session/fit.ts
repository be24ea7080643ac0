/**
 * Fits a session to an image that is not ours: what is known of the image is looked up, what it lacks is done without or refused.
 *
 * @module
 */

import { self } from "../host/self.ts";
import { shellQuote } from "../host/ui/text.ts";
import { isAwaited } from "../plan/parts/steward.ts";
import { userMapping } from "../plan/user.ts";
import { rigReference } from "../rig/reference.ts";
import { imagesOf } from "../runtime/open.ts";
import type { ImageStore } from "../runtime/images.ts";
import type { ImageFacts } from "../spec/image_facts.ts";
import { fromPart } from "../spec/source.ts";
import { libcOf } from "./agent_libc.ts";
import type { Session } from "./gather.ts";
import type { HoldMode } from "./hold_mode.ts";
import { refuseUnfit, type Wanted } from "./unfit.ts";

/**
 * The session as its image allows it. An image that is not here is got first. Throws `rig-unfit` for what the image cannot do, and
 * whatever keeps the image from being had. `how` absent: nothing is got or asked, and only what is known already counts.
 */
export async function fitted(session: Session, how?: HoldMode): Promise<Session> {
  const { host, runtime, settings } = session;
  const store = imagesOf(runtime);
  if (!store.facts) return session;
  const reference = await rigReference(host, settings.image.value);
  const kept = await store.facts(reference);
  const { image, facts } = kept || how === undefined
    ? { image: reference, facts: kept }
    : await found(session, reference, store);
  const same = image === reference ? session : { ...session, image };
  if (!facts || facts.own) return same;
  refuseUnfit(settings.image.value, facts, wanted(session, how), hostArchitecture());
  return withoutTmux({ ...same, facts });
}

/** Gets the image where it is not here, and looks into it. */
async function found(
  session: Session,
  reference: string,
  store: ImageStore,
): Promise<{ image: string; facts: ImageFacts | undefined }> {
  const { runtime, project, request } = session;
  const isHere = await store.get(reference) !== undefined;
  // What a helper names is not got for it: its start says so.
  if (!isHere && request.standIn?.role === "helper") return { image: reference, facts: undefined };
  const image = isHere ? reference : await (await import("./get_rig.ts")).getImage(session);
  const program = await self();
  const facts = await store.facts?.(image, {
    user: await userMapping(runtime.can.userNamespace, project.path),
    program: { mounts: await program.mounts(), command: program.inBox.command[0]! },
  });
  return { image, facts };
}

function wanted({ settings, request, agent }: Session, how: HoldMode | undefined): Wanted {
  return {
    steward: isAwaited(settings) ? whatNeedsIt(settings) : undefined,
    // Nobody sees a foreground that is left alone.
    session: request.flags.persistence === "persistent" || how === "detached",
    agent: agent && {
      displayName: agent.target.displayName,
      node: agent.install.node,
      libc: libcOf(agent.install.binary),
    },
  };
}

function whatNeedsIt({ network, browser }: Session["settings"]): string {
  if (network.value === "filtered") return "a filtered network";
  return browser.value ? "a browser beside the box" : "a published port";
}

/** A session that nobody asked for in so many words is one in the foreground where it cannot stay. */
function withoutTmux(session: Session): Session {
  const { facts, lifetime, settings } = session;
  if (lifetime !== "persistent" || facts?.tmux !== false) return session;
  const text = `The image ${
    shellQuote(settings.image.value)
  } has no tmux: this session is in the foreground, and ends with its terminal.`;
  return {
    ...session,
    lifetime: "ephemeral",
    lifetimeFrom: fromPart("the image, which has no tmux"),
    unfit: [text],
  };
}

/** As images name it. */
function hostArchitecture(): string {
  return Deno.build.arch === "aarch64" ? "arm64" : "amd64";
}
