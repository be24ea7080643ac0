/** What of the user's is in reach of a box, and what comes back, on a real engine. */

import { equal, match, notEqual } from "node:assert/strict";
import { rootless, until, User } from "../support/program.ts";
import { asAgent, inBox, LOGIN, logIn, login, obedientAgent } from "./support.ts";

const exists = (path: string) => Deno.lstat(path).then(() => true, () => false);

Deno.test("H1: no box starts in a folder that a private folder leads to, nor around it", async () => {
  await using user = await User.make();
  const dotfiles = `${user.home}/dotfiles`;
  await Deno.mkdir(`${dotfiles}/ssh`, { recursive: true });
  await Deno.writeTextFile(`${dotfiles}/ssh/id_ed25519`, "KEY\n");
  await Deno.symlink("dotfiles/ssh", `${user.home}/.ssh`);
  for (const folder of [`${user.home}/.ssh`, `${dotfiles}/ssh`, dotfiles]) {
    const { code, stdout, stderr } = await inBox(user, folder, "cat id_ed25519 ssh/id_ed25519");
    equal([code === 0, stdout.includes("KEY")].includes(true), false, stdout);
    match(stderr, /Cannot use .* as a project: (it contains your keys|your keys are in it \(~\/\.ssh\))/);
  }
  // Created before the link, and started after it.
  await Deno.remove(`${user.home}/.ssh`);
  equal((await inBox(user, dotfiles, "cat ssh/id_ed25519")).stdout, "KEY\n");
  await Deno.symlink("dotfiles/ssh", `${user.home}/.ssh`);
  const again = await inBox(user, dotfiles, "cat ssh/id_ed25519");
  equal(again.stdout, "");
  match(again.stderr, /Cannot start the box: .*your keys are in it \(~\/\.ssh\)/);
});

Deno.test("H2: a link that a box makes where the login is kept changes no file of the host", async () => {
  await using user = await User.make();
  const env = await obedientAgent(user);
  const folder = await user.folder();
  await Deno.writeTextFile(`${user.home}/.bashrc`, "alias ll='ls -l'\n");
  const evil = JSON.stringify({ claudeAiOauth: login("$(touch /tmp/ran)", Date.now() + 7200_000) });
  const ended = asAgent(
    user,
    folder,
    env,
    `mkdir claude && ln -s ${user.home}/.bashrc claude/.credentials.json
    until [ -e go ]; do sleep 0.1; done; cat >~/${LOGIN} <<'E'\n${evil}\nE`,
  );
  await until(() => exists(`${folder}/claude/.credentials.json`));
  // Its user moves the settings of the agent into the project meanwhile.
  await Deno.remove(`${user.home}/.claude`, { recursive: true }).catch(() => {});
  await Deno.symlink(`${folder}/claude`, `${user.home}/.claude`);
  await Deno.writeTextFile(`${folder}/go`, "");
  const { code, stderr } = await ended;
  equal(code, 0, stderr);
  match(stderr, /is a link that a box could have made/);
  equal(await Deno.readTextFile(`${user.home}/.bashrc`), "alias ll='ls -l'\n");
});

Deno.test("D7: a login is not taken back to a machine that was logged out meanwhile, and it is said", async () => {
  await using user = await User.make();
  const env = await obedientAgent(user);
  const path = await logIn(user, "host");
  const folder = await user.folder();
  const newer = JSON.stringify({ claudeAiOauth: login("renewed", Date.now() + 7200_000) });
  const ended = asAgent(
    user,
    folder,
    env,
    `touch up; until [ -e go ]; do sleep 0.1; done; cat >~/${LOGIN} <<'E'\n${newer}\nE`,
  );
  await until(() => exists(`${folder}/up`));
  await Deno.remove(path);
  await Deno.writeTextFile(`${folder}/go`, "");
  const { code, stderr } = await ended;
  equal(code, 0, stderr);
  match(stderr, /logged out on this machine/);
  equal(await exists(path), false);
  // The next session leaves the old login again, and it stays where it is.
  const next = await asAgent(user, folder, env, "true");
  match(next.stderr, /Claude Code is logged out on this machine/);
  equal(await exists(path), false);
});

Deno.test("H4: root's login and variables do not reach the box of a project that is another user's", async () => {
  if (rootless || Deno.uid() !== 0) return console.log("only root runs a box as another user");
  await using user = await User.make();
  await user.configure('[box]\nnetwork = "none"\ncomms = true\n');
  const env = await obedientAgent(user);
  const path = await logIn(user, "roots-token");
  const before = await Deno.readTextFile(path);
  await Deno.mkdir(`${user.data}/kanibako`, { recursive: true });
  const folder = await user.folder();
  await Deno.chown(folder, 1234, 1234);
  const look = `cat ~/.claude/.credentials.json ~/.claude.json; id -u; env; ls -d ~/comms/mailbox; exit 5`;
  const seen = await asAgent(user, folder, env, look);
  equal(seen.code, 5, seen.stderr);
  match(seen.stdout, /^1234$/m);
  equal(seen.stdout.includes("roots-token"), false);
  equal(seen.stdout.includes("/comms/mailbox"), false, "messages of root's boxes");
  match(seen.stderr, /The folder belongs to user 1234.*it does not get your login/);
  // And none of the box's comes back.
  const newer = JSON.stringify({ claudeAiOauth: login("anns", Date.now() + 7200_000) });
  await asAgent(user, folder, env, `mkdir -p ~/.claude; cat >~/${LOGIN} <<'E'\n${newer}\nE`);
  equal(await Deno.readTextFile(path), before);
  // The twin: root's own project.
  const own = await asAgent(user, await user.folder(), env, look);
  notEqual(own.stdout.indexOf("roots-token"), -1, own.stdout);
  match(own.stdout, /^\/home\/agent\/comms\/mailbox$/m);
});
