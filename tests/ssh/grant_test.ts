import assert from "node:assert/strict";
import { parseSshHost } from "../../lib/ssh/grant.ts";

Deno.test("a host for keys of the ssh agent: with its port, and in the brackets of known_hosts", () => {
  assert.deepEqual(parseSshHost("github.com"), { host: "github.com", port: 22 });
  assert.deepEqual(parseSshHost("github.com:2222"), { host: "github.com", port: 2222 });
  assert.deepEqual(parseSshHost("[github.com]:443"), { host: "github.com", port: 443 });
  for (const wrong of ["", "[github.com", "github.com]", "[github.com:22", "a:0", "a:65536", "a:b", "[]"]) {
    assert.throws(() => parseSshHost(wrong), { code: "bad-ssh" }, wrong);
  }
});
