/**
 * The part of `setup` that is about the user's own configuration of their agents: it says what is there, and asks once whether boxes get
 * it.
 *
 * @module
 */

import { ownState } from "../../../app/crab/own.ts";
import { check, out } from "../../../host/ui/terminal.ts";
import type { Asking } from "./asking.ts";
import { targetHost, targets } from "../../../../targets/discover.ts";

/** Shows it, and lets the user choose where nobody has. Nothing is printed where there is nothing. */
export async function setupOwn(asking: Asking): Promise<void> {
  const { host, flags } = asking;
  const seen = targetHost(host.dirs.home);
  const found = [];
  for (const target of targets()) {
    if (!(target.own ?? []).length || !(await target.find(seen))?.install) continue;
    const own = await ownState(host, target, { cwd: "/", inRig: false, all: true });
    if (own.parts.length + own.problems.length > 0) found.push({ target, own });
  }
  if (found.length === 0 && flags.own === undefined && flags.servers === undefined) return;
  asking.step("Your own configuration of agents");
  // What is asked for is stored, for the day there is something.
  if (found.length === 0) return await storeGiven(asking);
  for (const { target, own } of found) {
    const parts = [...new Set(own.parts.map(({ part }) => part))];
    const servers = own.servers.map(({ name }) => name).join(", ");
    const what = [...parts, ...servers === "" ? [] : [`servers (${servers})`]].join(", ");
    check("--", target.displayName, what === "" ? "nothing that can be read" : what);
    for (const text of own.problems) check("!!", "Problem", text);
    for (const text of own.lacking) check("!!", "Missing", text);
  }
  const { value, from, decided } = await asking.now("own.parts");
  const shown = (value as readonly string[]).join(",") || "none of it";
  await storeGiven(asking);
  if (flags.own === undefined) {
    if (decided) out(`  Boxes get ${shown} (${from}). ${CHANGE}`);
    else if (asking.asks) await choose(asking);
    else out("  Boxes get none of it. To give it to them: kanibako setup --own all");
  }
  const hasServers = found.some(({ own }) => own.servers.some(({ kind }) => kind === "mcp"));
  if (
    hasServers && flags.servers === undefined && asking.asks && !(await asking.now("mcp.servers")).decided
  ) {
    await chooseServers(asking);
  }
  out(`  To see it, and what does not work in a box: kanibako crab info ${found[0]!.target.name}`);
}

const CHANGE = "To change it: kanibako system config own.parts=VALUE";

/** Stores what was answered on the command line. */
async function storeGiven(asking: Asking): Promise<void> {
  const { own, servers } = asking.flags;
  if (own !== undefined) await storeParts(asking, own);
  if (servers !== undefined) await storeServers(asking, servers);
}

async function choose(asking: Asking): Promise<void> {
  const chosen = await asking.choose({
    text: "What of it do boxes get a copy of?",
    answers: [
      ["none", "nothing; each box starts without it"],
      ["texts", "instructions, skills, commands and agents"],
      ["all", "also settings, with their hooks and keys, and plugins"],
    ],
  });
  await storeParts(asking, chosen);
}

async function storeParts(asking: Asking, chosen: "none" | "texts" | "all"): Promise<void> {
  const value = { none: "", texts: "instructions,skills,commands,agents", all: "all" }[chosen];
  await asking.store("own.parts", value);
  out(`  Boxes get ${value === "" ? "none of it" : value}. ${CHANGE}`);
}

async function chooseServers(asking: Asking): Promise<void> {
  const chosen = await asking.choose({
    text: "Which of the MCP servers do boxes get?",
    answers: [["none", "none; you can name some later"], ["all", "all of them, with their keys"]],
  });
  await storeServers(asking, chosen);
}

async function storeServers(asking: Asking, chosen: "none" | "all"): Promise<void> {
  await asking.store("mcp.servers", chosen === "all" ? "*" : "");
  out(
    `  Boxes get ${
      chosen === "all" ? "all servers" : "no server"
    }. To name them: kanibako system config mcp.servers=NAME`,
  );
}
