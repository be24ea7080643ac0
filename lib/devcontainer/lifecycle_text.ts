/**
 * The commands of a `devcontainer.json` as text that the script of a box reads: a shell function for each stage. They run in the box and
 * nowhere else.
 *
 * @module
 */

import { quoted } from "../crab/env_script.ts";
import { withLocalEnvNames } from "../config/devcontainer.ts";
import type { Command, Lifecycle, LifecycleCommand } from "./types.ts";

/** The stages in their order, with the names that users write. */
const STAGES = [
  ["onCreate", "onCreateCommand"],
  ["updateContent", "updateContentCommand"],
  ["postCreate", "postCreateCommand"],
  ["postStart", "postStartCommand"],
  ["postAttach", "postAttachCommand"],
] as const;

/** The stages that have commands, by the names that users write, each with its commands as one line each. */
export function stagesOf(lifecycle: Lifecycle): ReadonlyMap<string, readonly string[]> {
  return new Map(
    STAGES.filter(([stage]) => lifecycle[stage].length > 0).map(([stage, name]) =>
      [name, lifecycle[stage].flatMap(({ command }) => lines(command))] as const
    ),
  );
}

/** The text; empty where there is no command. `mark`: changes with the content, so that a changed one runs again what runs once. `at`: where they run; empty: where the workspace is. */
export function lifecycleText(lifecycle: Lifecycle, mark: string, at: string = ""): string {
  const stages = STAGES.filter(([stage]) => lifecycle[stage].length > 0);
  if (stages.length === 0) return "";
  return [
    `dev_mark=${quoted(mark)}`,
    `dev_at=${quoted(at)}`,
    `dev_stages=${quoted(stages.map(([stage]) => stage).join(" "))}`,
    ...stages.map(([stage]) => `dev_${stage}() {\n${lifecycle[stage].map(entry).join(" &&\n")}\n}`),
    "",
  ].join("\n");
}

function entry({ command, from }: LifecycleCommand): string {
  if (typeof command === "string" || isWords(command)) {
    return `  dev_run ${quoted(from)} ${quoted(lineOf(command))} ${words(command)}`;
  }
  const each = Object.entries(command).map(([name, one]) =>
    `    dev_beside ${quoted(`${name} (${from})`)} ${quoted(lineOf(one))} ${words(one)}`
  );
  return each.length === 0 ? "  :" : `  {\n${each.join("\n")}\n    dev_all\n  }`;
}

/** A line is for a shell; words are a program and what it gets. */
function words(command: Command): string {
  return (typeof command === "string" ? ["/bin/sh", "-c", command] : command).map(quoted).join(" ");
}

function lines(command: LifecycleCommand["command"]): readonly string[] {
  return typeof command === "string" || isWords(command)
    ? [lineOf(command)]
    : Object.entries(command).map(([name, one]) => `${name}: ${lineOf(one)}`);
}

/** Shown as it was written: a variable of this machine may be a secret. */
function lineOf(command: Command): string {
  return withLocalEnvNames(typeof command === "string" ? command : command.join(" "));
}

function isWords(command: LifecycleCommand["command"]): command is readonly string[] {
  return Array.isArray(command);
}
