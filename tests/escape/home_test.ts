/**
 * A box owns its home and what it can reach of its workspace. Whatever it makes of them, the next launch, and the
 * deletion of the box, touch nothing else of the host (W-50).
 */

import assert from "node:assert/strict";
import { engine, rootless, User } from "../support/program.ts";
import { asAgent, inBox, inBoxOk, LOGIN, logIn, obedientAgent, Victim, within } from "./support.ts";

/** Every place of the home that the program or the agent's target deals with. */
const PLACES = [
  ".bashrc",
  ".profile",
  ".shell.d",
  ".local",
  ".local/bin",
  ".local/bin/kanibako",
  ".local/bin/claude",
  ".local/share",
  ".claude",
  LOGIN,
  ".claude.json",
  ".claude/settings.json",
  ".claude/CLAUDE.md",
  ".claude/telemetry",
  ".claude/statsig",
  ".cache",
  ".config",
  "share-ro",
  "share-rw",
];

const SHAPES: Readonly<Record<string, (victim: string) => string>> = {
  "a link to a file of the host": (victim) => `ln -s ${victim}/file "$HOME/$p"`,
  "a link to a folder of the host": (victim) => `ln -s ${victim}/folder "$HOME/$p"`,
  "a link to nothing on the host": (victim) => `ln -s ${victim}/new "$HOME/$p"`,
  "a link that climbs": (victim) => `ln -s ../../../../../../../../../../../..${victim}/folder "$HOME/$p"`,
  "a FIFO": () => `mkfifo "$HOME/$p"`,
};

Deno.test("T25 W-50 whatever a box makes of its home, the next launches touch nothing outside it", async () => {
  await using user = await User.make();
  const env = await obedientAgent(user);
  const victim = await Victim.make(user);
  await logIn(user, "host");
  const folder = await user.folder();
  for (const [what, make] of Object.entries(SHAPES)) {
    // From a shell, where none of the agent's mounts is in the way, all places at once, deepest first.
    const script = `for p in ${PLACES.toReversed().join(" ")}; do
      mkdir -p "$(dirname "$HOME/$p")" 2>/dev/null; rm -rf "$HOME/$p" 2>/dev/null; ${
      make(victim.path)
    }; done 2>/dev/null; exit 0`;
    assert.equal((await inBox(user, folder, script)).code, 0, what);
    // A renewed login on the host is one more thing to hand in.
    await logIn(user, `host-${what}`, Date.now() + 3600_000);
    await within(user.run(["start", "--ephemeral", "--", "exit 0"], { cwd: folder, env }));
    await within(user.run(["shell", "--", "true"], { cwd: folder }));
    await victim.assertUntouched(what);
  }
  // The allowed thing: once they are gone the box works again, and has the login.
  const repair = `cd "$HOME" && rm -rf ${PLACES.join(" ")} 2>/dev/null; exit 0`;
  await inBox(user, folder, repair);
  await logIn(user, "again", Date.now() + 7200_000);
  const repaired = await asAgent(user, folder, env, `grep -q '"again"' ~/${LOGIN} && exit 5`);
  assert.equal(repaired.code, 5, repaired.stderr);
});

Deno.test("W-50 a home that is a link, and a state or run folder the box cannot reach, lead nowhere", async () => {
  await using user = await User.make();
  const victim = await Victim.make(user);
  const folder = await user.folder();
  await inBoxOk(user, folder, "true");
  // Nothing of the host's side is seen inside, so none of it can be replaced.
  const seen = await inBoxOk(
    user,
    folder,
    `cat /proc/self/mountinfo | cut -d' ' -f5; touch /run/kanibako/in/x 2>&1; ls -a /run/kanibako`,
  );
  assert.doesNotMatch(seen, new RegExp(user.state));
  assert.match(seen, /Read-only file system/);
  await victim.assertUntouched("state");
});

Deno.test("T25 a home full of the odd and the endless is deleted, and nothing it points to", async () => {
  await using user = await User.make();
  const victim = await Victim.make(user);
  const folder = await user.folder();
  const name = folder.slice(folder.lastIndexOf("/") + 1);
  await inBoxOk(
    user,
    folder,
    `cd "$HOME" && mkfifo fifo && ln -s ${victim.path}/folder link && ln -s / root && ln -s loop loop &&
     truncate -s 1G sparse && mkdir closed && touch closed/x && chmod 000 closed &&
     printf x >"$(printf 'bad\\377name')" && mkdir "$(printf 'bad\\376folder')" && touch "$(printf 'bad\\376folder')/x" &&
     touch "$(printf 'new\\nline')" "$(printf 'esc\\033[2J')" -- -rf '*' && touch Case case &&
     python3 - <<'E'
import os, socket
socket.socket(socket.AF_UNIX).bind('socket')
os.mkdir('deep'); os.chdir('deep')
for _ in range(4096): os.mkdir('d'); os.chdir('d')
E
     mkdir many && cd many && seq 1 20000 | xargs touch`,
  );
  if (rootless) {
    const theirs = "mkdir $HOME/theirs; touch $HOME/theirs/x; chmod -R 700 $HOME/theirs";
    await inBoxOk(user, folder, `sudo -n sh -c "${theirs}"`);
  }
  const removed = await within(user.run(["rm", name, "--purge", "--force"]));
  assert.equal(removed.code, 0, removed.stderr);
  assert.match(removed.stdout, /Deleted its data/);
  await assert.rejects(Deno.stat(`${user.data}/boxes/${name}`), Deno.errors.NotFound);
  assert.ok((await Deno.stat(folder)).isDirectory, "the workspace stays");
  await victim.assertUntouched("deletion");
});

Deno.test("W-50 a vault replaced by a link, a file or a FIFO is refused, and nothing behind it is used", async () => {
  await using user = await User.make();
  const victim = await Victim.make(user);
  const shapes: Record<string, (path: string) => Promise<void>> = {
    "a link": (path) => Deno.symlink(`${victim.path}/folder`, path),
    "a link to nothing": (path) => Deno.symlink(`${victim.path}/new`, path),
    "a file": (path) => Deno.writeTextFile(path, ""),
    "a FIFO": async (path) => void await user.call(["mkfifo", path]),
  };
  for (const [what, put] of Object.entries(shapes)) {
    for (const place of ["vault", "vault/ro", "vault/rw"]) {
      const folder = await user.folder();
      await user.ok(["create", folder]);
      await Deno.remove(`${folder}/${place}`, { recursive: true });
      await put(`${folder}/${place}`);
      const refused = await inBox(user, folder, `ls ~/share-ro ~/share-rw; cat ~/share-r*/kept`);
      assert.notEqual(refused.code, 0, `${what} at ${place}`);
      assert.doesNotMatch(refused.stdout, /kept/);
      // What the user reads names the place.
      assert.match(refused.stderr, /vault/, `${what} at ${place}`);
      await victim.assertUntouched(`${what} at ${place}`);
      await within(user.run(["box", "info", folder]));
      await within(user.run(["rm", folder, "--purge", "--force"]));
      await victim.assertUntouched(`${what} at ${place}, removed`);
    }
  }
  const folder = await user.folder();
  await user.ok(["create", folder]);
  await Deno.writeTextFile(`${folder}/vault/ro/given`, "given\n");
  assert.equal(await inBoxOk(user, folder, "cat ~/share-ro/given && touch ~/share-rw/x"), "given\n");
});

Deno.test("W-50 the folders of a standalone project replaced by links are refused", async () => {
  await using user = await User.make();
  const victim = await Victim.make(user);
  for (const place of [".kanibako", ".kanibako/shell", "vault"]) {
    const folder = await user.folder();
    await user.ok(["create", folder, "--standalone"]);
    await Deno.rename(`${folder}/${place}`, `${user.home}/moved-${place.replace("/", "-")}`);
    await Deno.symlink(`${victim.path}/folder`, `${folder}/${place}`);
    const refused = await inBox(user, folder, "cat ~/kept ~/share-rw/kept");
    assert.notEqual(refused.code, 0, place);
    assert.doesNotMatch(refused.stdout, /kept/);
    await victim.assertUntouched(place);
  }
  const folder = await user.folder();
  await user.ok(["create", folder, "--standalone"]);
  assert.equal((await inBox(user, folder, "exit 3")).code, 3);
});

Deno.test("T18 a link in the workspace to something of the host leads nowhere inside, and nothing outside follows it", async () => {
  await using user = await User.make();
  const victim = await Victim.make(user);
  const folder = await user.folder();
  await Deno.writeTextFile(`${folder}/real`, "real\n");
  await Deno.symlink(`${victim.path}/secret`, `${folder}/link`);
  await Deno.symlink(victim.path, `${folder}/.gitignore`);
  await Deno.symlink(`${victim.path}/folder`, `${folder}/.shell`);
  const read = await inBox(user, folder, "cat real; cat link; cat .gitignore/file");
  assert.notEqual(read.code, 0);
  assert.equal(read.stdout, "real\n");
  for (const words of [["box", "info"], ["list"], ["box", "diagnose"], ["shell", "--plan"]]) {
    const outcome = await within(user.run(words, { cwd: folder }));
    assert.doesNotMatch(outcome.stdout + outcome.stderr, /secret-/, words.join(" "));
  }
  await victim.assertUntouched("links in the workspace");
});

Deno.test("T20 a project's folder that became a link between two runs is not followed by its name", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  const name = folder.slice(folder.lastIndexOf("/") + 1);
  await inBoxOk(user, folder, "touch here");
  await Deno.rename(folder, `${folder}-moved`);
  await Deno.mkdir(`${user.home}/other`);
  await Deno.writeTextFile(`${user.home}/other/private`, "private\n");
  await Deno.symlink(`${user.home}/other`, folder);
  // Not from beside the folder: there the word would mean what lies there now.
  const refused = await within(user.run(["shell", name, "--", "cat", "private"], { cwd: "/" }));
  assert.equal(refused.code, 1);
  assert.doesNotMatch(refused.stdout, /private/);
  assert.match(refused.stderr, /another one now/);
  await Deno.remove(folder);
  await Deno.rename(`${folder}-moved`, folder);
  assert.match((await within(user.run(["shell", name, "--", "ls"], { cwd: "/" }))).stdout, /here/);
});

Deno.test("W-50 a link above a mount in the home leads the engine nowhere on the host", async () => {
  await using user = await User.make();
  const victim = await Victim.make(user);
  const folder = await user.folder();
  await inBoxOk(user, folder, "true");
  await inBox(
    user,
    folder,
    `rm -rf ~/.local ~/share-rw; ln -s ${victim.path} ~/.local; ln -s /workspace ~/share-rw`,
  );
  const next = await inBox(user, folder, "exit 6");
  // An engine may refuse such a home; it may not leave it.
  assert.ok(next.code === 6 || next.stderr !== "", `${engine}: ${next.code}`);
  await victim.assertUntouched("a link above a mount");
});
