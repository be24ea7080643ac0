/**
 * Logs in the agent of a box, and says what it did.
 *
 * @module
 */

import { loginState } from "../../app/crab/reauth.ts";
import { KanibakoError } from "../../host/error.ts";
import { out } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import type { ReauthFlags } from "./reauth.ts";

/** What a login can be renewed for. */
const RENEWED_FOR = ["not-logged-in"];

/** Runs `kanibako crab reauth`. */
export default async function reauth(this: Context, flags: ReauthFlags, word?: string): Promise<void> {
  const host = await this.host();
  try {
    const { agent, detail, of } = await loginState(host, word, this.cwd);
    out(`${agent} is logged in ${of === "machine" ? "on this machine" : "in its box"}: ${detail}.`);
    if (flags.check) return;
    if (!flags.force) return out("To log in again: kanibako crab reauth --force");
  } catch (error) {
    if (flags.check || !(error instanceof KanibakoError)) throw error;
    const isMeant = flags.force && error.code === "login-elsewhere";
    if (!isMeant && !RENEWED_FOR.includes(error.code)) throw error;
  }
  const { renewLogin } = await import("../../app/crab/renew.ts");
  const isTerminal = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  const { agent, place, detail } = await renewLogin({
    host,
    cwd: this.cwd,
    noBrowser: flags.noBrowser,
    ...(word === undefined ? {} : { project: word }),
    ...(isTerminal ? { terminal: { type: Deno.env.get("TERM") || "xterm-256color" } } : {}),
  });
  if (place === undefined) return out(`${agent} is logged in. The login stays in its box.`);
  out(
    `${agent} is logged in: ${detail}. The login is in ${place}, and reaches running boxes within a minute.`,
  );
}
