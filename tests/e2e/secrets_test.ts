// A box uses a secret that it never has.

import assert from "node:assert/strict";
import { filteredUser, shell } from "../support/filtered.ts";
import { tlsService } from "../support/tls_service.ts";

const VALUE = "tok_5e9fB27cA1d84c0bZ";

Deno.test("T16 T51 a box uses a secret that is nowhere in it, and nowhere in what is kept of it", async () => {
  await using service = await tlsService(["api.test"], (seen, response) => {
    if (seen.url.startsWith("/private") && seen.headers.authorization === undefined) {
      response.writeHead(401, { "WWW-Authenticate": 'Basic realm="test"' });
      response.end();
      return;
    }
    if (seen.headers["x-other"] === "old-value-0123") response.statusCode = 401;
    response.end(JSON.stringify(seen));
  });
  const { port } = service;
  await using user = await filteredUser([`api.test:${port}`, `GET other.test:${port}/open/*`], [
    "api.test",
    "other.test",
  ], [
    `network.ca = [${JSON.stringify(service.ca)}]`,
  ]);
  const folder = await user.folder();
  const options = { cwd: folder };
  await user.ok(["create"], options);
  await user.ok(["box", "config", `secret.TOKEN=api.test:${port}`], options);
  const home = await user.run(["shell", "--secret", `HOME:api.test:${port}`, "--", "true"], options);
  assert.match(home.stderr, /Cannot set the variable HOME/);
  const without = await user.run(["shell", "--", "true"], options);
  assert.equal(without.code, 1);
  assert.match(without.stderr, /There is no secret TOKEN.*\n.*kanibako secret set TOKEN/);
  await user.ok(["secret", "set", "TOKEN"], { ...options, input: `${VALUE}\n` });
  assert.match(await user.ok(["secret", "list"], options), /^TOKEN +stored here/m);
  assert.ok(!(await user.ok(["start", "--plan", "--json"], options).catch(() => "")).includes(VALUE));
  // A file around it is refused before the box starts, where it cannot be made.
  const template = `${user.home}/app.in`;
  for (
    const [text, file, why] of [
      ["no marker", `TOKEN=.app:${template}`, /Cannot use the template .*app.in.*it has no \{\{VALUE\}\}/],
      ["x", `TOKEN=.app:${user.home}/gone`, /Cannot use the template .*it is not there/],
      ["x", `OTHER=.app`, /the secret OTHER is bound to no host/],
      ["x", "TOKEN=/etc/app", /Cannot put the secret TOKEN into the file/],
    ] as const
  ) {
    await Deno.writeTextFile(template, text);
    const { code, stderr } = await user.run(["shell", "--secret-file", file, "--", "true"], options);
    assert.notEqual(code, 0, file);
    assert.match(stderr, why);
  }
  await Deno.writeTextFile(template, 'token = "{{VALUE}}"\nother = "{{OTHER}}"\n');
  await user.ok(["box", "config", `secret_file.TOKEN=~/.config/app.toml:${template}`], options);
  // Another one is asked for in the environment of whoever starts the box.
  await user.ok([
    "secret",
    "set",
    "OTHER",
    "--from",
    "env:GONE",
    "--from",
    "env:OLD",
    "--from",
    "env:OF_USER",
  ], options);
  await user.ok(
    [
      "shell",
      "--persistent",
      "--secret",
      `OTHER:api.test:${port}:X-Other`,
      "--secret-file",
      "OTHER",
      "--",
      "sleep",
      "600",
    ],
    {
      ...options,
      env: { OLD: "old-value-0123", OF_USER: "of-the-user-0123" },
    },
  );
  const inBox = async (script: string) =>
    await shell(user, folder, `export URL=https://api.test:${port}; ${script}`);
  // Other programs: clients_test.ts.
  const { stdout, stderr } = await inBox('curl -sS -H "Authorization: Bearer $TOKEN" $URL/curl');
  assert.equal(service.seen.at(-1)?.headers.authorization, `Bearer ${VALUE}`, `${stdout}${stderr}`);
  assert.ok(!`${stdout}${stderr}`.includes(VALUE));
  // One account is not set, one is refused: the third is used, and the program does not notice.
  const account = await inBox('curl -sS -H "X-Other: $OTHER" $URL/other');
  assert.equal(JSON.parse(account.stdout).url, "/other");
  assert.equal(service.seen.at(-2)?.headers["x-other"], "old-value-0123");
  assert.equal(service.seen.at(-1)?.headers["x-other"], "of-the-user-0123");
  // git finds its login there, and other programs a file.
  await inBox("git ls-remote $URL/private 2>&1");
  assert.equal(service.seen.at(-1)?.headers.authorization, `Basic ${btoa(`x-access-token:${VALUE}`)}`);
  assert.equal(
    (await inBox('test "$(cat /run/kanibako/in/secrets/TOKEN)" = "$TOKEN" && echo same')).stdout,
    "same\n",
  );
  assert.match(
    (await inBox(
      'stat -c "%a %U" "$TOKEN_FILE"; sed "s/$TOKEN/it/; s/$OTHER/other/" ~/.config/app.toml; test "$(cat "$OTHER_FILE")" = "$OTHER" && echo same',
    )).stdout,
    /^600 \w+\ntoken = "it"\nother = "other"\nsame\n$/,
  );
  const elsewhere = await inBox(`curl -sS -H "Authorization: $TOKEN" https://other.test:${port}/open/x`);
  assert.match(
    elsewhere.stdout,
    /^kanibako: the placeholder of TOKEN may not be sent in the field Authorization/,
  );
  const found = await inBox(
    `grep -rls '${VALUE.slice(0, 10)}''${
      VALUE.slice(10)
    }' "$HOME" /tmp /run /etc /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null; env | grep ^TOKEN=`,
  );
  assert.match(found.stdout, /^TOKEN=kanibako-secret-[0-9a-f]{32}\n$/);
  const kept = await new Deno.Command("grep", {
    args: ["-rl", VALUE, user.home, "--exclude=secrets.json"],
  }).output();
  assert.equal(new TextDecoder().decode(kept.stdout), "");
  const log = await user.ok(["box", "network", "log"], options);
  assert.match(log, new RegExp(`200 GET api\\.test:${port}/curl .* with TOKEN`));
  assert.match(log, /401 GET \S+\/other .* with OTHER from env:OLD\n/);
  assert.match(log, /200 GET \S+\/other .* with OTHER from env:OF_USER\n/);
  assert.match(log, /SECRET GET other\.test/);
  await user.ok(["secret", "rm", "TOKEN"], options);
  assert.match(
    (await inBox('curl -sS -H "Authorization: Bearer $TOKEN" $URL/x')).stdout,
    /There is no secret TOKEN/,
  );
});
