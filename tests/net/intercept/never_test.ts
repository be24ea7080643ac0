import assert from "node:assert/strict";
import type { RequestHead } from "../../../lib/net/intercept/head.ts";
import { StrayPlaceholder, substituted, type Substitution } from "../../../lib/net/intercept/substitute.ts";
import type { HostName } from "../../../lib/wire/host_name.ts";
import { builtin } from "../../../targets/builtin.ts";
import { declaredTarget } from "../../../targets/declared/target.ts";

const HOST = "api.anthropic.com" as HostName;
const MARK = `kanibako-secret-${"0a".repeat(16)}`;
const TOKEN = "sk-ant-oat01-0123456789";
const { never } = declaredTarget(builtin("claude")).credentials[0]!.guard!;
const place = { host: HOST, port: 443, fields: ["authorization"], query: false, body: false };
const how: Substitution = {
  host: HOST,
  port: 443,
  encrypted: true,
  secrets: [{ name: "TOKEN", placeholder: MARK, places: [place], never }],
  value: () => Promise.resolve(TOKEN),
};

const head = (path: string, value = `Bearer ${MARK}`): RequestHead => ({
  method: "POST",
  path,
  query: undefined,
  fields: [{ name: "Authorization", value }],
  framing: { kind: "none" },
  upgrades: false,
  last: false,
});

Deno.test("T40 a guarded login does not get a box another key, however the path for it is written", async () => {
  for (
    const path of [
      "/api/oauth/claude_cli/create_api_key",
      "/api/oauth/claude_cli/create_api_key/",
      "/API/oauth/claude_cli/create_api_%6bey",
      "/api;x/oauth/claude_cli/create_api_key",
      "/api//oauth/claude_cli/create_api_key",
      "/api/x/../oauth/claude_cli/create_api_key",
    ]
  ) {
    await assert.rejects(
      substituted(head(path), how),
      (error) => error instanceof StrayPlaceholder && error.status === 403 && !error.message.includes(TOKEN),
      path,
    );
    const login = `Basic ${btoa(`x:${MARK}`)}`;
    await assert.rejects(substituted(head(path, login), how), StrayPlaceholder, path);
  }
});

Deno.test("it is put in where the agent works, and a key of the box's own goes where it likes", async () => {
  for (const path of ["/v1/messages", "/api/oauth/claude_cli/roles"]) {
    const { head: sent } = await substituted(head(path), how);
    assert.equal(sent.fields[0]!.value, `Bearer ${TOKEN}`, path);
  }
  const own = await substituted(head("/api/oauth/claude_cli/create_api_key", "Bearer own"), how);
  assert.equal(own.head.fields[0]!.value, "Bearer own");
});
