/**
 * Gets a rig, and shows what is being done.
 *
 * @module
 */

import type { Setting } from "../config/settings.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { type Project, qualifiedName } from "../project/project.ts";
import { DEFAULT_WORKSET } from "../project/workset/find.ts";
import { imagesOf } from "../runtime/open.ts";
import { sourceText } from "../spec/source.ts";
import type { Session } from "./gather.ts";

/** What {@link getRig} needs of a session. */
export type RigNeeds = Pick<Session, "host" | "runtime" | "project">;

/**
 * Pulls or builds the rig that is set; the reference to run. Throws `no-rig` for a name that means nothing here, `rig-failed` with all
 * that was tried, and the like; of a rig that is stored the error says where.
 */
export async function getRig(
  { host, runtime, project }: RigNeeds,
  image: Setting<string>,
  setting: "box.image" | "box.browser_image" = "box.image",
): Promise<string> {
  const { prepareRig } = await import("../rig/prepare.ts");
  const progress = host.ui.progress();
  try {
    const rig = await prepareRig(image.value, { host, store: imagesOf(runtime), progress });
    if (rig.how !== "present") progress.done(rig.summary);
    return rig.reference;
  } catch (error) {
    throw withOrigin(error, project, image, setting);
  } finally {
    progress.stop();
  }
}

/** Gets the image of a box, in the way that who opens it has chosen; the reference to run. Throws as {@link getRig}. */
export async function getImage(session: Session): Promise<string> {
  const { request: { standIn }, runtime, settings, devContainer } = session;
  if (devContainer?.use?.image === settings.image.value) {
    return await (await import("./take_devcontainer.ts")).devImageAgain(session);
  }
  return standIn?.role === "scratch" && standIn.getImage
    ? await standIn.getImage(runtime)
    : await getRig(session, settings.image);
}

/** The command of a weaker level's settings, for whoever stands anywhere. */
function configAt(level: Setting<string>["level"], project: Project): string | undefined {
  if (level === "system") return "kanibako system config";
  if (level === "box") return `kanibako box config ${shellQuote(qualifiedName(project))}`;
  return level === "workset"
    ? `kanibako workset config ${shellQuote(project.workset?.name ?? DEFAULT_WORKSET)}`
    : undefined;
}

/** The error, with where the rig was set: nobody has to remember that who reads it later. */
export function withOrigin(
  error: unknown,
  project: Project,
  { value, level, from }: Setting<string>,
  setting: "box.image" | "box.browser_image" = "box.image",
): unknown {
  // What a helper has comes from its parent: there is no setting to take away.
  const config = from.kind === "part" ? undefined : configAt(level, project);
  if (!(error instanceof KanibakoError) || config === undefined || !/^(no-)?rig|^bad-rig$/.test(error.code)) {
    return error;
  }
  const reset = `${config} --reset ${setting.slice("box.".length)}`;
  return new KanibakoError(error.code, error.message, {
    hint: [...error.hints, `${value} is set by ${setting} (${sourceText(from)}). To remove that: ${reset}`],
    exitCode: error.exitCode,
    ...(error.output === undefined ? {} : { output: error.output }),
    cause: error,
  });
}
