import assert from "node:assert/strict";
import { assertCanShow } from "../../lib/session/can_show.ts";
import type { Session } from "../../lib/session/gather.ts";

const session = (type: string | undefined, lifetime: Session["lifetime"] = "persistent") =>
  ({ lifetime, request: type === undefined ? {} : { terminal: { type } } }) as unknown as Session;

Deno.test("C15, D11: a terminal that cannot show a session is refused before anything is started, with its name and what to do", () => {
  for (const type of ["dumb", "unknown"]) {
    assert.throws(() => assertCanShow(session(type)), {
      code: "terminal",
      message: `This terminal cannot show a session (TERM=${type}).`,
    });
  }
  for (const type of ["xterm-256color", "screen", "xterm-kitty", "linux", "of-tomorrow"]) {
    assertCanShow(session(type));
  }
  // In the foreground lines are enough, and without a terminal there is nothing to show it on.
  assertCanShow(session("dumb", "ephemeral"));
  assertCanShow(session(undefined));
});
