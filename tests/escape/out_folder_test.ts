/** What a box leaves in its one folder for the host is read as if an attacker had written it. */

import assert from "node:assert/strict";
import { rootless, until, User } from "../support/program.ts";
import { asAgent, LOGIN, logIn, login, obedientAgent, Victim, within } from "./support.ts";

const OUT = "/run/kanibako/out";
const CREDENTIALS = `${OUT}/claude-credentials.json`;

/** What a box can put in the place of a file. Run with the name in $f; $v is a file of the host's. */
const PLACES: Readonly<Record<string, string>> = {
  "a link to a file of the host": 'rm -rf "$f"; ln -s "$v" "$f"',
  "a link to nothing": 'rm -rf "$f"; ln -s /nonexistent/x "$f"',
  "a link to itself": 'rm -rf "$f"; ln -s "$f" "$f"',
  "a FIFO": 'rm -rf "$f"; mkfifo "$f"',
  "a folder": 'rm -rf "$f"; mkdir -p "$f/x"',
  "a file of 1 TB": 'rm -rf "$f"; truncate -s 1T "$f" || truncate -s 1G "$f"',
  "a file nobody may read": 'rm -rf "$f"; echo 1 >"$f"; chmod 000 "$f"',
  "no text at all": 'rm -rf "$f"; head -c 60000 /dev/urandom >"$f"',
  "a link to a device": 'rm -rf "$f"; ln -s /dev/zero "$f"',
};

Deno.test("T25 whatever a box puts where its login is taken from, the host's login stays and the call ends", async () => {
  await using user = await User.make();
  const env = await obedientAgent(user);
  const path = await logIn(user, "host");
  const before = await Deno.readTextFile(path);
  const victim = await Victim.make(user);
  const folder = await user.folder();
  for (const [what, place] of Object.entries(PLACES)) {
    // The box's own script leaves what it finds in the home, so what is there must not be taken for a change.
    const script =
      `f=${CREDENTIALS} v=${victim.path}/secret; rm -f ~/${LOGIN}; for f in "$f" ${OUT}/applied; do ${place}; done; exit 7`;
    const ended = await asAgent(user, folder, env, script);
    assert.equal(ended.code, 7, `${what}: ${ended.stderr}`);
    assert.equal(await Deno.readTextFile(path), before, what);
    await victim.assertUntouched(what);
  }
  // The allowed thing: a login renewed in the box comes out, and nothing else of the file does.
  const newer = JSON.stringify({ claudeAiOauth: login("renewed", Date.now() + 7200_000), evil: 1 });
  assert.equal((await asAgent(user, folder, env, `cat >~/${LOGIN} <<'E'\n${newer}\nE`)).code, 0);
  const after = JSON.parse(await Deno.readTextFile(path));
  assert.equal(after.claudeAiOauth.accessToken, "renewed");
  assert.deepEqual(Object.keys(after).sort(), ["claudeAiOauth", "other"]);
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
});

Deno.test("T25 a login that is no login, or claims to be valid for ever, never replaces the host's", async () => {
  await using user = await User.make();
  const env = await obedientAgent(user);
  const path = await logIn(user, "host");
  const before = await Deno.readTextFile(path);
  const folder = await user.folder();
  const later = Date.now() + 7200_000;
  const good = login("evil", later);
  const depth = 200_000;
  const texts: Record<string, string> = {
    "an expiry beyond all years": JSON.stringify({ claudeAiOauth: { ...good, expiresAt: 1e308 } }),
    "an expiry that is no number": JSON.stringify({ claudeAiOauth: { ...good, expiresAt: `${later}` } }),
    "an infinite expiry": `{"claudeAiOauth":{"accessToken":"evil","expiresAt":1e999}}`,
    "no token": JSON.stringify({ claudeAiOauth: { ...good, accessToken: "" } }),
    "a token that is no text": JSON.stringify({ claudeAiOauth: { ...good, accessToken: { a: 1 } } }),
    "a list": JSON.stringify([{ claudeAiOauth: good }]),
    "a prototype": `{"__proto__":{"claudeAiOauth":${JSON.stringify(good)}}}`,
    "a constructor": `{"constructor":{"prototype":{"claudeAiOauth":${JSON.stringify(good)}}}}`,
    "the key twice, the last one bad": `{"claudeAiOauth":${JSON.stringify(good)},"claudeAiOauth":null}`,
    "more depth than a stack has": `{"claudeAiOauth":{"accessToken":"evil","expiresAt":${later},"x":${
      "[".repeat(depth)
    }${"]".repeat(depth)}}}`,
    "half a file": JSON.stringify({ claudeAiOauth: good }).slice(0, -10),
    "nothing": "",
  };
  for (const [what, text] of Object.entries(texts)) {
    await Deno.writeTextFile(`${folder}/evil.json`, text);
    await Deno.chmod(`${folder}/evil.json`, 0o644);
    const script = `rm -f ~/${LOGIN}; rm -rf ${CREDENTIALS}; cp evil.json ${CREDENTIALS}; exit 3`;
    const ended = await asAgent(user, folder, env, script);
    assert.equal(ended.code, 3, `${what}: ${ended.stderr}`);
    assert.equal(await Deno.readTextFile(path), before, what);
  }
});

Deno.test("T25 a session that spoils all it leaves ends, is recorded and can be started again", async () => {
  await using user = await User.make();
  await logIn(user, "host");
  const env = await obedientAgent(user);
  const folder = await user.folder();
  const name = folder.slice(folder.lastIndexOf("/") + 1);
  const state = `${user.state}/boxes/kanibako-${name}`;
  const spoil = [
    // The screen of a wide terminal is large, too.
    `(sleep 1; while :; do yes wide | head -c 300000 >${OUT}/.s; mv -f ${OUT}/.s ${OUT}/screen; [ -e ${OUT}/exit ] && break; done) & exit 9`,
    `rm -f ~/${LOGIN}; rm -rf ${CREDENTIALS}; mkfifo ${CREDENTIALS}; chmod 000 ${OUT}; exit 9`,
    `rm -f ~/${LOGIN}; printf '{"claudeAiOauth":{"accessToken":"e","expiresAt":%s000,"x":' $(($(date +%s) + 9000)) >${CREDENTIALS}
     head -c 200000 /dev/zero | tr '\\0' '[' >>${CREDENTIALS}; head -c 200000 /dev/zero | tr '\\0' ']' >>${CREDENTIALS}
     echo '}}' >>${CREDENTIALS}; exit 9`,
    ...(rootless ? [`sudo -n chown 12345:12345 ${OUT}; exit 9`] : []),
  ];
  for (const script of spoil) {
    const started = await within(user.run(["start", "--", `sleep 2; ${script}`], { cwd: folder, env }));
    assert.equal(started.code, 0, `${script}: ${started.stderr}`);
    await until(
      async () => !(await user.containers()).includes(`kanibako-${name}`),
      40_000,
      `the box of this script stayed: ${script}`,
    );
    await until(
      () => Deno.stat(`${state}/run.json`).then(() => false, () => true),
      20_000,
      `the record of this script's run stayed: ${script}`,
    );
    const ended = JSON.parse(await Deno.readTextFile(`${state}/exit.json`));
    // What the box made unreadable cannot be read; what else it left does not hide how it ended.
    if (!/chmod 000|chown/.test(script)) assert.equal(ended.code, 9, script);
  }
  const again = await asAgent(user, folder, env, "exit 4");
  assert.equal(again.code, 4, again.stderr);
});
