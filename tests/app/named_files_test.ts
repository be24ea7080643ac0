// Files of the host that settings of secrets and keys name: none that a box could have put there.

import assert from "node:assert/strict";
import { planSession } from "../../lib/app/project/plan.ts";
import { createProject } from "../../lib/project/create.ts";
import { recordRig } from "../../lib/rig/records.ts";
import { keepSecret } from "../../lib/secret/store.ts";
import { AppWorld } from "./world.ts";
import { SshWorld, whyNoSsh } from "../support/ssh_world.ts";

async function project() {
  const world = await AppWorld.make();
  await recordRig(world.host.dirs, "oci", { reference: "localhost/kanibako-oci:latest", imageId: "1" });
  const cwd = await world.folder("api");
  await createProject(world.host, { path: cwd });
  const { home } = world.host.dirs;
  return {
    world,
    cwd,
    home,
    plan: (flags: Parameters<typeof planSession>[0]["flags"]) =>
      planSession({ host: world.host, cwd, kind: "shell", words: ["id"], flags }),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

const missing = whyNoSsh();
if (missing !== undefined) console.log(`(ssh: ${missing})`);

Deno.test({
  name: "T42 a public key that a box could have written names no key of the agent",
  ignore: missing !== undefined,
  fn: async () => {
    await using ssh = await SshWorld.make();
    await using it = await project();
    const before = Deno.env.get("SSH_AUTH_SOCK");
    Deno.env.set("SSH_AUTH_SOCK", ssh.agent);
    try {
      await Deno.mkdir(`${it.home}/.ssh`, { recursive: true });
      for (const folder of [it.cwd, `${it.home}/.ssh`]) {
        await Deno.copyFile(`${ssh.folder}/one.pub`, `${folder}/id.pub`);
      }
      const asks = (file: string) => it.plan({ network: "open", ssh: [`github.com=${file}`] });
      await assert.rejects(asks(`${it.cwd}/id.pub`), /id\.pub.*is where a box can write/);
      await Deno.symlink(`${it.home}/.ssh/id.pub`, `${it.cwd}/link.pub`);
      await assert.rejects(asks(`${it.cwd}/link.pub`), { code: "unsafe-login" });
      const { ssh: planned, spec } = await asks("~/.ssh/id");
      assert.deepEqual(planned.map(({ host, keys }) => [host, keys]), [["github.com", [
        await ssh.keyOf("one"),
      ]]]);
      assert.equal(spec.env.SSH_AUTH_SOCK?.value, "/run/kanibako/in/ssh-agent");
      assert.ok(!JSON.stringify(spec.mounts).includes(ssh.agent));
    } finally {
      if (before === undefined) Deno.env.delete("SSH_AUTH_SOCK");
      else Deno.env.set("SSH_AUTH_SOCK", before);
    }
  },
});

Deno.test("a template is not read by way of a link that a box could have made, nor from among keys", async () => {
  await using it = await project();
  await keepSecret(it.world.host.dirs, "TOKEN", [{ kind: "value", value: "v".repeat(20) }]);
  const asks = (template: string) =>
    it.plan({ network: "filtered", secrets: ["TOKEN:api.test"], secretFiles: [`TOKEN=.app:${template}`] });
  await Deno.mkdir(`${it.home}/.ssh`, { recursive: true });
  for (const file of [`${it.home}/.ssh/config`, `${it.home}/template`, `${it.cwd}/template`]) {
    await Deno.writeTextFile(file, "a {{VALUE}}");
  }
  await Deno.symlink(`${it.home}/template`, `${it.cwd}/link`);
  for (const file of [`${it.home}/.ssh/config`, `${it.cwd}/link`]) {
    await assert.rejects(asks(file), { code: "unsafe-share" }, file);
  }
  for (const file of ["~/template", `${it.cwd}/template`]) {
    assert.equal((await asks(file)).spec.env.TOKEN_FILE?.value, "/home/agent/.app");
  }
});
