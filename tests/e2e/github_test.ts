// git and gh in a box work with a token that the box never has, and a rule narrows it to one repository.

import assert from "node:assert/strict";
import { shell } from "../support/filtered.ts";
import { github } from "../support/github.ts";
import { User } from "../support/program.ts";

const TOKEN = "ghp_5e9fB27cA1d84c0bZtT6yU2q";

Deno.test("T39 git and gh work with a token that the box does not have, in the repository that a rule allows", async () => {
  await using service = await github(["me/project", "me/project-two", "me/other"], TOKEN);
  await using user = await User.make({ env: service.env });
  // The preset opens the forge as a whole, as it is by default.
  await user.configure(
    'box.network = "filtered"',
    'network.ask = "off"',
    'network.presets = ["@git"]',
    `network.ca = [${JSON.stringify(service.ca)}]`,
  );
  const folder = await user.folder();
  const options = { cwd: folder };
  await user.ok(["secret", "set", "GITHUB_TOKEN"], { ...options, input: TOKEN });
  await user.ok(["create"], options);
  await user.ok(["box", "config", "secret.GITHUB_TOKEN=github.com, api.github.com"], options);
  await user.ok(["shell", "--persistent", "--", "sleep", "600"], options);
  const inBox = (script: string) => shell(user, folder, `exec 2>&1; ${script}`);
  const push = (repository: string) =>
    `cd /tmp/project && git commit -q --allow-empty -m more && git push -q https://github.com/${repository} HEAD:main`;

  const first = await inBox(
    `cd /tmp && git clone -q https://github.com/me/project && cd project && git config user.email a@b.test && git config user.name me &&
echo one >file && git add . && git commit -q -m one && git push -q origin HEAD:main && git rev-parse HEAD`,
  );
  assert.equal(first.code, 0, first.stdout);
  assert.equal(first.stdout.trim().split("\n").at(-1), await service.head("me/project"));
  assert.equal((await inBox(push("me/other"))).code, 0);
  assert.notEqual(await service.head("me/other"), "");

  await user.ok(["box", "network", "allow", "GET,POST github.com/me/project/*"], options);
  await user.ok(["box", "network", "allow", "GET,POST github.com/me/project.git/*"], options);
  const would = async (url: string) =>
    (await user.run(["box", "network", "test", "--method", "POST", url], options)).stdout;
  assert.match(
    await would("https://github.com/me/other/git-receive-pack"),
    /^POST github\.com\/me\/other\/git-receive-pack would be refused: no rule allows it\./,
  );
  assert.match(
    await would("https://github.com/me/project/git-receive-pack"),
    /^POST .* would be allowed: by GET,POST github\.com\/me\/project\/\* \(box config\)\./,
  );
  const before = [await service.head("me/project"), await service.head("me/other")];
  assert.equal((await inBox(`${push("me/project")} && ${push("me/project.git")}`)).code, 0);
  const others = ["me/other", "me/project-two", "me/project/../other", "me/project%2f..%2fother.git"];
  const refused = (await inBox(others.map((other) => `(${push(other)}) && echo pushed; echo --`).join("; ")))
    .stdout.split("--\n");
  for (const [at, other] of others.entries()) {
    assert.match(refused[at]!, /error: 403/, other);
    assert.doesNotMatch(refused[at]!, /pushed/, other);
  }
  assert.notEqual(await service.head("me/project"), before[0]);
  assert.equal(await service.head("me/other"), before[1]);
  assert.equal(await service.head("me/project-two"), "");

  if ((await inBox("command -v gh")).code !== 0) console.log("(gh is not in this rig)");
  else {
    const says = async (words: string) => (await inBox(`gh ${words}`)).stdout.trim();
    assert.equal(await says("api user --jq .login"), "me");
    assert.equal(await says("repo view me/project --json name --jq .name"), "project");
    await user.ok(["box", "network", "allow", "GET api.github.com/*"], options);
    await user.ok(["box", "network", "allow", "POST,PATCH api.github.com/repos/me/project/*"], options);
    assert.equal(await says("api repos/me/other --jq .full_name"), "me/other");
    assert.equal(await says("api repos/me/project/issues -f title=x --jq .number"), "1");
    assert.match(
      await says("api repos/me/other/issues -f title=x"),
      /no rule allows POST api\.github\.com\/repos\/me\/other\/issues/,
    );
    assert.match(await says("api gists -f description=x"), /no rule allows POST api\.github\.com\/gists/);
    assert.ok(!service.seen.some(({ method, url }) => method === "POST" && url.includes("/me/other/issues")));
  }
  const asked = service.seen.filter(({ headers }) => headers.authorization !== undefined);
  assert.ok(
    asked.length > 0 && !asked.some(({ headers }) => /kanibako-/.test(String(headers.authorization))),
  );
  const log = await user.ok(["box", "network", "log"], options);
  assert.match(log, /200 POST github\.com\/me\/project\/git-receive-pack .* with GITHUB_TOKEN/);
  assert.match(log, /refused GET github\.com\/me\/other\/info\/refs \(no rule allows/);
  assert.ok(!log.includes(TOKEN));
});
