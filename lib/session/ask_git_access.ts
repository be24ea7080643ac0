/**
 * Asks, once for a project, whether its box gets the git data that lies outside of it.
 *
 * @module
 */

import { boxPlace } from "../config/place.ts";
import { setSetting } from "../config/change.ts";
import { settingNamed } from "../config/setting_name.ts";
import { BOX_SETTINGS } from "../config/settings/box.ts";
import { enumerated, shellQuote } from "../host/ui/text.ts";
import { confirmFolders } from "../project/git/confirmed.ts";
import { outsideOf } from "../project/git/outside.ts";
import { readRun } from "../run/record.ts";
import { fromFile } from "../spec/source.ts";
import { BOX_WORKSPACE } from "../spec/box_paths.ts";
import type { Session } from "./gather.ts";
import { foldersOf } from "./git_data.ts";

/** The session with the answer, which is remembered. The same session where there is nothing to ask, or the box runs. */
export async function askGitAccess(session: Session): Promise<Session> {
  const { host, project, settings } = session;
  if (await readRun(project.state)) return session;
  const found = await outsideOf(project.path, BOX_WORKSPACE);
  const folders = found ? foldersOf(found) : [];
  if (!found || folders.length === 0) return session;
  const what = found.repository
    ? `This folder is a ${found.repository.form}`
    : "This repository borrows commits";
  const answer = await host.ui.choose({
    text: `${what}: git data is in ${
      enumerated(folders.map(shellQuote))
    }, outside of the project. Show it to the box?`,
    answers: [
      ["none", "git does not work in the box"],
      ["read", "git in the box can look at all of that repository, and change nothing"],
      ["write", `as read, and ${writeMeaning(found.repository !== undefined)}`],
    ],
  });
  if (answer === undefined) return session;
  const { gitAccess } = BOX_SETTINGS;
  await setSetting(boxPlace(host, project), settingNamed(gitAccess.name, "box"), answer, {
    settings: [],
    resources: [],
  });
  if (answer !== "none") await confirmFolders(project.state, folders);
  return {
    ...session,
    settings: { ...settings, gitAccess: { value: answer, level: "box", from: fromFile("box", "config") } },
  };
}

function writeMeaning(ofRepository: boolean): string {
  return ofRepository
    ? "the box can add commits to that repository, and add, change and delete its branches and tags, also those of other worktrees"
    : "no more than that, as borrowed commits are never changed";
}
