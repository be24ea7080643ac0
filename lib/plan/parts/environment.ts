import { GUEST_HOME } from "../../spec/box_paths.ts";
import type { EnvEntry } from "../../spec/box_spec.ts";
import type { Part } from "./part.ts";

/**
 * The environment. What users set travels in a file, so that no value of theirs shows in a process list or an inspection;
 * what the box is, and its terminal, cannot be overridden.
 */
export const environment: Part = {
  name: "environment",
  contribute: ({ project, settings, agent, term, terminal, lifetime }) => {
    const env: Record<string, EnvEntry> = {
      LANG: fixed("C.UTF-8", "default"),
      COLORTERM: fixed("truecolor", "default"),
    };
    if (agent) {
      for (const [name, value] of Object.entries(agent.target.defaultEnv)) {
        env[name] = { value, secret: false, via: "file", from: `target ${agent.target.name}` };
      }
    }
    for (const [name, entry] of Object.entries(settings.env)) env[name] = { ...entry, via: "file" };
    if (agent) {
      const set = new Set(
        Object.entries(settings.env).filter(([, e]) => e.from.includes("flag")).map(([n]) => n),
      );
      for (const [name, value] of Object.entries(agent.command.env)) {
        // What the agent's settings ask for stands above the env files and below `-e`.
        if (!set.has(name)) {
          env[name] = { value, secret: false, via: "file", from: `target ${agent.target.name}` };
        }
      }
    }
    env["HOME"] = fixed(GUEST_HOME, "box");
    env["USER"] = fixed("agent", "box");
    env["KANIBAKO_NAME"] = fixed(project.name, "box");
    if (terminal === "tty" && lifetime === "ephemeral") env["TERM"] = fixed(term, "your terminal");
    return { env };
  },
};

function fixed(value: string, from: string): EnvEntry {
  return { value, secret: false, from };
}
