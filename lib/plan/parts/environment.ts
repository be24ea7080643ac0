import { BOX_HOME } from "../../spec/box_paths.ts";
import type { EnvEntry } from "../../spec/box_spec.ts";
import { DEFAULT, fromPart, fromTarget, isFlag, type Source } from "../../spec/source.ts";
import type { Part } from "./part.ts";

/**
 * The environment. What users set travels in a file, so that no value of theirs shows in a process list or an inspection;
 * what the box is, and its terminal, cannot be overridden.
 */
export const environment: Part = {
  name: "environment",
  contribute: ({ box, settings, agent, term, terminal, lifetime }) => {
    const env: Record<string, EnvEntry> = {
      LANG: fixed("C.UTF-8", DEFAULT),
      COLORTERM: fixed("truecolor", DEFAULT),
    };
    if (agent) {
      for (const [name, value] of Object.entries(agent.target.defaultEnv)) {
        env[name] = { value, secret: false, via: "file", from: fromTarget(agent.target.name) };
      }
    }
    for (const [name, entry] of Object.entries(settings.env)) env[name] = { ...entry, via: "file" };
    if (agent) {
      const set = new Set(
        Object.entries(settings.env).filter(([, e]) => isFlag(e.from)).map(([n]) => n),
      );
      for (const [name, value] of Object.entries(agent.command.env)) {
        // What the agent's settings ask for stands above the env files and below `-e`.
        if (!set.has(name)) {
          env[name] = { value, secret: false, via: "file", from: fromTarget(agent.target.name) };
        }
      }
    }
    env["HOME"] = fixed(BOX_HOME, fromPart("box"));
    env["USER"] = fixed("agent", fromPart("box"));
    env["KANIBAKO_NAME"] = fixed(box.name, fromPart("box"));
    if (terminal === "tty" && lifetime === "ephemeral") env["TERM"] = fixed(term, fromPart("your terminal"));
    return { env };
  },
};

function fixed(value: string, from: Source): EnvEntry {
  return { value, secret: false, from };
}
