import { checkUsersVariable } from "../../config/env.ts";
import { BOX_HOME } from "../../spec/box_paths.ts";
import type { EnvEntry } from "../../spec/box_spec.ts";
import { DEFAULT, fromPart, fromTarget, isFlag, type Source } from "../../spec/source.ts";
import type { AgentPart, Part, PlanInput } from "./part.ts";

/**
 * The environment. What users and agents set travels in a file, so that no value of theirs shows in a process list or an
 * inspection; what the box is, and its terminal, cannot be set.
 */
export const environment: Part = {
  name: "environment",
  contribute: ({ box, settings, agent, surroundings, term, terminal, lifetime }) => {
    const given = {
      ...ofMachine(surroundings),
      ...declared(agent),
      ...keysOf(agent),
      ...settings.env,
      ...called(agent, settings),
    };
    for (const [name, { value }] of Object.entries(given)) checkUsersVariable(name, value);
    return {
      env: {
        LANG: fixed("C.UTF-8", DEFAULT),
        COLORTERM: fixed("truecolor", DEFAULT),
        ...Object.fromEntries(
          Object.entries(given).map(([name, entry]) => [name, { ...entry, via: "file" } as const]),
        ),
        HOME: fixed(BOX_HOME, fromPart("box")),
        USER: fixed("agent", fromPart("box")),
        KANIBAKO_NAME: fixed(box.name, fromPart("box")),
        ...terminal === "tty" && lifetime === "ephemeral" ? { TERM: fixed(term, YOUR_TERMINAL) } : {},
      },
    };
  },
};

const YOUR_MACHINE = fromPart("your machine");
const YOUR_TERMINAL = fromPart("your terminal");

/** What the user's machine has, and users may set otherwise. */
function ofMachine(surroundings: Readonly<Record<string, string>>): Record<string, EnvEntry> {
  return Object.fromEntries(
    Object.entries(surroundings).map(([name, value]) => [name, fixed(value, YOUR_MACHINE)]),
  );
}

/** What the agent declares for every box. */
function declared(agent: AgentPart | undefined): Record<string, EnvEntry> {
  return agent ? entriesOf(agent.target.defaultEnv, agent) : {};
}

/** Keys of the user's environment that are the agent's login. Whatever sets the variable for boxes is stronger. */
function keysOf(agent: AgentPart | undefined): Record<string, EnvEntry> {
  const from = fromPart("your environment, as a login");
  return Object.fromEntries(
    Object.entries(agent?.keys ?? {}).map(([name, value]) => [name, { value, secret: true, from }]),
  );
}

/** What the agent's settings ask for: above the env files, below `-e`. */
function called(agent: AgentPart | undefined, { env }: PlanInput["settings"]): Record<string, EnvEntry> {
  if (!agent) return {};
  const entries = Object.entries(agent.command.env).filter(([name]) =>
    !(env[name] && isFlag(env[name].from))
  );
  return entriesOf(Object.fromEntries(entries), agent);
}

function entriesOf(env: Readonly<Record<string, string>>, { target }: AgentPart): Record<string, EnvEntry> {
  const from = fromTarget(target.name);
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fixed(value, from)]));
}

function fixed(value: string, from: Source): EnvEntry {
  return { value, secret: false, from };
}
