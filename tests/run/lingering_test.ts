import assert from "node:assert/strict";
import { logoutCheck } from "../../lib/app/system/logout_check.ts";
import { endsAtLogout, type LoginFacts } from "../../lib/run/lingering.ts";

const SESSION: LoginFacts = {
  uid: 1000,
  user: "ada",
  cgroup: "0::/user.slice/user-1000.slice/session-3.scope\n",
  systemd: true,
  lingers: false,
};

Deno.test("endsAtLogout() is true in a session of a user who does not linger", () => {
  assert.equal(endsAtLogout(SESSION), true);
  assert.equal(
    endsAtLogout({
      ...SESSION,
      cgroup: "12:pids:/user.slice/user-1000.slice/user@1000.service/app.slice\n",
    }),
    true,
  );
});

Deno.test("endsAtLogout() is false for root, a lingering user, a system service, and without a login manager", () => {
  assert.equal(endsAtLogout({ ...SESSION, uid: 0 }), false);
  assert.equal(endsAtLogout({ ...SESSION, lingers: true }), false);
  assert.equal(endsAtLogout({ ...SESSION, cgroup: "0::/system.slice/runner.service\n" }), false);
  assert.equal(endsAtLogout({ ...SESSION, systemd: false }), false);
  // Another user's session is none of this user's.
  assert.equal(endsAtLogout({ ...SESSION, cgroup: "0::/user.slice/user-1001.slice/session-3.scope" }), false);
});

Deno.test("the diagnosis names the command that keeps boxes running, only where there is need", () => {
  const needed = logoutCheck(SESSION);
  assert.equal(needed.mark, "!!");
  assert.match(needed.detail, /loginctl enable-linger ada/);
  assert.equal(logoutCheck({ ...SESSION, lingers: true }).mark, "ok");
  assert.equal(logoutCheck({ ...SESSION, systemd: false }).mark, "--");
});
