/**
 * The part of `setup` that is about the user's own configuration of their agents: it says what is there, and asks once whether boxes get
 * it.
 *
 * @module
 */

import { setHere } from "../../app/config/change.ts";
import { systemScope } from "../../app/config/system_scope.ts";
import { ownState } from "../../app/crab/own.ts";
import { levelsBelow } from "../../config/effective.ts";
import { settingOf } from "../../config/resolve.ts";
import type { Host } from "../../config/system.ts";
import { check, out } from "../../host/ui/terminal.ts";
import { sourceText } from "../../spec/source.ts";
import { targetHost, targets } from "../../../targets/discover.ts";

/** Shows it, and lets the user choose where nobody has. Nothing is printed where there is nothing. */
export async function setupOwn(host: Host): Promise<void> {
  const seen = targetHost(host.dirs.home);
  const found = [];
  for (const target of targets()) {
    if (!(target.own ?? []).length || !(await target.find(seen))?.install) continue;
    const own = await ownState(host, target, { cwd: "/", inRig: false, all: true });
    if (own.parts.length + own.problems.length > 0) found.push({ target, own });
  }
  if (found.length === 0) return;
  out("5. Your own configuration of agents");
  for (const { target, own } of found) {
    const parts = [...new Set(own.parts.map(({ part }) => part))];
    const servers = own.servers.map(({ name }) => name).join(", ");
    const what = [...parts, ...servers === "" ? [] : [`servers (${servers})`]].join(", ");
    check("--", target.displayName, what === "" ? "nothing that can be read" : what);
    for (const text of own.problems) check("!!", "Problem", text);
    for (const text of own.lacking) check("!!", "Missing", text);
  }
  const levels = await levelsBelow(host, "system");
  const setting = settingOf(levels, "own.parts");
  const shown = (setting.value as readonly string[]).join(",") || "none of it";
  if (setting.level !== "default") {
    out(
      `  Boxes get ${shown} (${
        sourceText(setting.from)
      }). To change it: kanibako system config own.parts=VALUE`,
    );
  } else if (host.ui.attended) {
    await choose(host);
    const hasServers = found.some(({ own }) => own.servers.some(({ kind }) => kind === "mcp"));
    if (hasServers && settingOf(levels, "mcp.servers").level === "default") await chooseServers(host);
  } else out("  Boxes get none of it. To give it to them: kanibako system config own.parts=all");
  out(`  To see it, and what does not work in a box: kanibako crab info ${found[0]!.target.name}`);
  out();
}

async function choose(host: Host): Promise<void> {
  const chosen = await host.ui.choose({
    text: "What of it do boxes get a copy of?",
    answers: [
      ["none", "nothing; each box starts without it"],
      ["texts", "instructions, skills, commands and agents"],
      ["all", "also settings, with their hooks and keys, and plugins"],
    ],
  });
  if (chosen === undefined) return out("  Nothing was changed: boxes get none of it.");
  const value = { none: "", texts: "instructions,skills,commands,agents", all: "all" }[chosen];
  await setHere(systemScope(host), "own.parts", value);
  out(
    `  Boxes get ${
      value === "" ? "none of it" : value
    }. To change it: kanibako system config own.parts=VALUE`,
  );
}

async function chooseServers(host: Host): Promise<void> {
  const chosen = await host.ui.choose({
    text: "Which of the MCP servers do boxes get?",
    answers: [["none", "none; you can name some later"], ["all", "all of them, with their keys"]],
  });
  if (chosen === undefined) return out("  Nothing was changed: boxes get no server.");
  await setHere(systemScope(host), "mcp.servers", chosen === "all" ? "*" : "");
  out(
    `  Boxes get ${
      chosen === "all" ? "all servers" : "no server"
    }. To name them: kanibako system config mcp.servers=NAME`,
  );
}
