import assert from "node:assert/strict";
import { hasVault, hasVaultAlready } from "../../lib/plan/own_vault.ts";
import type { Project } from "../../lib/project/project.ts";

Deno.test("hasVaultAlready: a folder that is no project has nothing to hide, but for what is left of a vault", async () => {
  const path = await Deno.makeTempDir({ prefix: "kanibako-vault-" });
  try {
    const project = {
      path,
      exists: false,
      vault: { readWrite: `${path}/vault/share-rw` },
    } as unknown as Project;
    assert.equal(await hasVault(project), true, "its first box gets one");
    assert.equal(await hasVaultAlready(project), false);
    await Deno.mkdir(`${path}/vault`);
    assert.equal(await hasVaultAlready(project), false, "a folder of the user's that is called so");
    assert.equal(await hasVaultAlready({ ...project, exists: true }), true);
    await Deno.mkdir(`${path}/vault/.versions`);
    assert.equal(await hasVaultAlready(project), true);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});
