/**
 * Whether a project has to do with git data outside of it. Most have not, which costs a look at three names.
 *
 * @module
 */

import { exists, isFile } from "../host/path.ts";
import type { GitAccess } from "./git_data.ts";
import type { Session } from "./gather.ts";

const NOTHING: GitAccess = { warnings: [], confirm: [] };

/** What its box gets of it. `place`: where the workspace is in the box; `run`: the run's own folder. */
export async function gitAccess(session: Session, place: string, run: string): Promise<GitAccess> {
  if (session.request.standIn || !mayReachOut(session.project.path)) return NOTHING;
  return await (await import("./git_data.ts")).gitData(session, place, run);
}

/** The session, once its user has been asked where that has not happened yet. */
export async function askedForGit(session: Session): Promise<Session> {
  const { settings, request, host, foreign } = session;
  const mayAsk = host.ui.attended && request.terminal !== undefined && !request.standIn && !foreign &&
    settings.gitAccess.level === "default";
  if (!mayAsk || !mayReachOut(session.project.path)) return session;
  return await (await import("./ask_git_access.ts")).askGitAccess(session);
}

/** A look at what a box may have made: nothing rests on it. */
function mayReachOut(project: string): boolean {
  const git = `${project}/.git`;
  return isFile(git) || exists(`${git}/worktrees`) || exists(`${git}/objects/info/alternates`);
}
