/**
 * Ports that a `devcontainer.json` only wishes for: where one is taken on this machine, the box starts without it.
 *
 * @module
 */

import { portText } from "../config/port.ts";
import { isFree } from "../run/ports/assert_free.ts";
import { sourceText } from "../spec/source.ts";
import { warning } from "../spec/ui.ts";
import type { Session } from "./gather.ts";

/** The session without those that are taken, each of which is named. Ports that users or the file insist on stay. */
export async function withFreePorts(session: Session): Promise<Session> {
  const { host, project, settings, devContainer } = session;
  const required = devContainer?.use?.requiredPorts ?? [];
  const published: typeof settings.published[number][] = [];
  for (const port of settings.published) {
    const wished = port.from.kind === "part" && !required.includes(portText(port));
    if (!wished || await isFree(project.state, port)) published.push(port);
    else {
      const text =
        `Port ${port.port} is in use on this machine, so port ${port.boxPort} of the box is not published (${
          sourceText(port.from)
        }). To publish it as another one: kanibako box port add OTHER:${port.boxPort}`;
      warning(host.ui, "plan-warning", { text });
    }
  }
  return { ...session, settings: { ...settings, published } };
}
