import assert from "node:assert/strict";
import { hostKeys } from "../../lib/ssh/host_keys.ts";
import { knownHosts } from "../../lib/session/known_hosts.ts";

Deno.test("a box knows the forges, and the hosts whose keys the user's ssh has accepted", async () => {
  const home = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${home}/.ssh`);
    const own = [
      "git.example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
      "|1|abc=|def= ssh-rsa AAAAB3Nz",
      "@revoked old.example.com ssh-rsa AAAAB3Nz",
    ];
    const left = [
      "@cert-authority *.example.com ssh-rsa AAAAB3Nz",
      "# a comment",
      "no key",
      "x ssh-rsa AAA\u001b[2J",
    ];
    await Deno.writeTextFile(`${home}/.ssh/known_hosts`, [...own, ...left].join("\n"));
    const text = await knownHosts(home);
    for (const line of own) assert.ok(text.includes(`${line}\n`), line);
    for (const line of left) assert.ok(!text.includes(line), line);
    // Each as its forge publishes it: by its fingerprint.
    const forges = (await knownHosts(undefined)).trim().split("\n").map((line) => line.split(" "));
    assert.deepEqual(
      await Promise.all(forges.map(async ([name, , key]) => `${await fingerprint(key!)} ${name}`)),
      [
        "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU github.com,[ssh.github.com]:443",
        "SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM github.com,[ssh.github.com]:443",
        "SHA256:eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8 gitlab.com",
        "SHA256:ybgmFkzwOSotHTHLJgHO0QN8L0xErw6vd0VhFA9m3SM bitbucket.org",
      ],
    );
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("a key that is revoked is so however its line is spaced and ends", async () => {
  const home = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${home}/.ssh`);
    const key = (await knownHosts(undefined)).split("\n")[0]!.split(" ").slice(1).join(" ");
    const of = { host: "github.com", port: 22 };
    assert.equal((await hostKeys(await knownHosts(home), of)).length, 2);
    const tabbed = key.replace(" ", "\t");
    for (const line of [`@revoked  * ${key}`, `@revoked\t*\t${tabbed}`, ` @revoked * ${key}\r`]) {
      await Deno.writeTextFile(`${home}/.ssh/known_hosts`, `${line}\n`);
      assert.equal((await hostKeys(await knownHosts(home), of)).length, 1, JSON.stringify(line));
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

async function fingerprint(key: string): Promise<string> {
  const bytes = Uint8Array.from(atob(key), (character) => character.charCodeAt(0));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `SHA256:${btoa(String.fromCharCode(...digest)).replaceAll("=", "")}`;
}
