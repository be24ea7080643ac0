import assert from "node:assert/strict";
import { hostCertificates } from "../../lib/rig/host_certificates.ts";

const CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
const KEY = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----";

Deno.test("hostCertificates() takes the first file that has certificates, and nothing but these", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/key`, KEY);
    await Deno.writeTextFile(`${folder}/mixed`, `# ours\n${CERTIFICATE}\n${KEY}\n${CERTIFICATE}\n`);
    await Deno.writeTextFile(`${folder}/other`, CERTIFICATE);
    const files = ["", "none", "key", "mixed", "other"].map((name) => name && `${folder}/${name}`);
    assert.equal(await hostCertificates(files), `${CERTIFICATE}\n${CERTIFICATE}\n`);
    assert.equal(await hostCertificates(files.slice(0, 3)), "");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
