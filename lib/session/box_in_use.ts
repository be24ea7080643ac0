/**
 * Why a box that runs cannot be used as it was asked for.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { type Project, qualifiedName } from "../project/project.ts";

/** The box is in use by somebody else. */
export function boxBusy(project: Project): KanibakoError {
  return new KanibakoError("running", `The box ${qualifiedName(project)} is in use.`, {
    hint: `Stop it first: kanibako stop ${qualifiedName(project)}`,
  });
}

/** What is said of a box that has outlived the process that started it in the foreground. */
export function orphanText(name: string): string {
  return `The call that started the box ${name} was killed, and the box runs on. Stop it: kanibako stop ${name}`;
}

/** It runs for another call, or has outlived it. */
export function inForeground(name: string, orphaned: boolean): KanibakoError {
  const message = orphaned
    ? `The call that started the box ${name} was killed, and the box runs on.`
    : `The box ${name} is running in the foreground of another terminal.`;
  return new KanibakoError("running", message, {
    hint: [`Open a shell in it: kanibako shell ${name}`, `Stop it: kanibako stop ${name}`],
  });
}

/** Its session runs. */
export function inSession(name: string): KanibakoError {
  return new KanibakoError("running", `The box ${name} is already running, in a persistent session.`, {
    hint: [`Reattach: kanibako start ${name}`, `Stop it: kanibako stop ${name}`],
  });
}
