/**
 * Shows what the user has of their own for an agent, and what of it boxes get.
 *
 * @module
 */

import type { OwnState } from "../../app/crab/own.ts";
import { check, out } from "../../host/ui/terminal.ts";
import { sourceText } from "../../spec/source.ts";

/** Words for kinds of servers. */
const KINDS = { mcp: "MCP server", lsp: "language server" } as const;

/** Prints it. */
export function showOwn(own: OwnState): void {
  out(`  Your own configuration (boxes get what is marked ok; ${sourceText(own.from)}):`);
  if (own.parts.length + own.servers.length === 0) out("    (none)");
  for (const { part, path, files, given } of own.parts) {
    check(given ? "ok" : "--", part, files === 1 ? path : `${path} (${files} files)`);
  }
  for (const { kind, name, given } of own.servers) check(given ? "ok" : "--", KINDS[kind], name);
  for (const text of own.problems) check("!!", "Problem", text);
  for (const text of own.lacking) check("!!", "Missing", text);
  if (own.unchecked !== undefined) {
    check("--", "Programs", `whether the rig has what it runs was not checked: ${own.unchecked}`);
  }
  if (own.conversations) {
    check(own.conversations.given ? "ok" : "--", "conversations", `${own.conversations.path}, read-only`);
  }
  if (own.parts.length > 0) {
    out("    To choose: kanibako system config own.parts=settings,skills (or all, or empty for none)");
  }
  if (own.servers.length > 0) {
    out("    To choose servers: kanibako system config mcp.servers=NAME,NAME (and lsp.servers)");
  }
}

/** As other programs get it. */
export function ownJson(own: OwnState): Record<string, unknown> {
  const { from, ...rest } = own;
  return { ...rest, from: sourceText(from) };
}
