import type { Context } from "../../context.ts";
import { LABEL_BOX } from "../../../runtime/labels.ts";
import { readRun } from "../../../run/record.ts";
import { boxStates } from "../../../run/states.ts";
import { stopBox, stopContainer } from "../../../session/stop.ts";
import type { Host } from "../../../config/system.ts";
import { chooseEngine } from "../../../runtime/choose.ts";
import type { ContainerInfo } from "../../../runtime/engine.ts";
import { Aborted, KanibakoError, UsageError } from "../../../host/error.ts";
import { confirm } from "../../../host/ui/prompt.ts";
import { note, out, showError } from "../../../host/ui/terminal.ts";
import { listProjects } from "../../../project/list.ts";
import { locateProject } from "../../../project/locate.ts";
import { qualifiedName } from "../../../project/project.ts";
import type { StopFlags } from "./stop.ts";

/** Stops one box, or all of this user's. */
export default async function stop(this: Context, flags: StopFlags, project?: string): Promise<number> {
  const host = await this.host();
  if (flags.all) {
    if (project !== undefined) throw new UsageError("Give a project or --all, not both.");
    return await stopAll(host, flags);
  }
  const found = await locateProject(host, project, this.cwd);
  if (!found.exists) {
    throw new KanibakoError("no-box", `There is no box for ${found.path}.`, {
      hint: "See your boxes: kanibako list --all",
    });
  }
  const record = await readRun(found.state);
  const engine = await chooseEngine(host.dirs, flags.engine ?? record?.engine);
  switch (await stopBox(engine, host, found.id)) {
    case "stopped":
      out(`Stopped ${qualifiedName(found)}.`);
      break;
    case "removed-leftover":
      out(`${qualifiedName(found)} was not running; removed what its last run left.`);
      break;
    case "not-running":
      out(`${qualifiedName(found)} is not running.`);
  }
  return 0;
}

async function stopAll(host: Host, flags: StopFlags): Promise<number> {
  const engine = await chooseEngine(host.dirs, flags.engine);
  const running = [...(await boxStates(engine, host.dirs)).values()].filter((container) => container.running);
  if (running.length === 0) {
    out("No box is running.");
    return 0;
  }
  const known = new Map((await listProjects(host)).map((box) => [box.id, box.qualifiedName]));
  const nameOf = ({ labels, name }: ContainerInfo) =>
    known.get(labels[LABEL_BOX] ?? "") ?? labels[LABEL_BOX] ?? name;
  const names = running.map(nameOf).sort();
  if (!flags.force) {
    for (const name of names) note(`  ${name}`);
    if (!await confirm(`Stop ${running.length === 1 ? "this box" : `these ${running.length} boxes`}?`)) {
      throw new Aborted();
    }
  }
  let stopped = 0;
  for (const container of running) {
    try {
      await stopContainer(engine, host, container);
      stopped++;
      note(`Stopped ${nameOf(container)}.`);
    } catch (error) {
      showError(error);
    }
  }
  out(`Stopped ${stopped} of ${running.length}.`);
  return stopped === running.length ? 0 : 1;
}
