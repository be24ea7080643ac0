import assert from "node:assert/strict";
import { parseConfig } from "../../lib/config/file.ts";
import { settingsFrom } from "../../lib/config/resolve.ts";
import type { LevelFile } from "../../lib/config/levels.ts";
import { doorFields } from "../../lib/net/door_fields.ts";
import { fromFile } from "../../lib/spec/source.ts";

async function level(name: "box" | "system", text: string): Promise<LevelFile> {
  const from = fromFile(name, "config");
  const config = await parseConfig(text, `${name}.toml`, name);
  return { level: name, from, file: `${name}.toml`, config, env: { entries: {}, from, file: undefined } };
}

async function fields(box: string, system: string) {
  const levels = [await level("box", box), await level("system", system)];
  return doorFields(settingsFrom(levels, undefined, {}), { url: "http://p.example" });
}

Deno.test("without settings, a filtered network has limits, and asks where somebody is there", async () => {
  assert.deepEqual(await fields("", ""), {
    hosts: {},
    ca: [],
    proxy: { url: "http://p.example" },
    limits: { connections: 2048, rate: 1000, bytesPerSecond: 0, bytes: 0 },
    ask: { when: "attached", waitMs: 60_000 },
  });
});

Deno.test("settings of the door come from every level, the stronger one first", async () => {
  const box = `
    [network]
    ask = "off"
    wait = 5
    [network.hosts]
    "DB.example.com" = "10.0.0.5, fd00::5"
    "gone.example" = ""
    [network.limit]
    bytes_per_second = "20m"
  `;
  const system = `
    [network]
    ca = ["/etc/corp.pem"]
    [network.hosts]
    "gone.example" = "10.0.0.1"
    "bücher.example" = "10.0.0.2"
    [network.limit]
    bytes_per_second = "none"
    bytes = "10g"
    connections = 5
  `;
  assert.deepEqual(await fields(box, system), {
    hosts: { "db.example.com": ["10.0.0.5", "fd00::5"], "xn--bcher-kva.example": ["10.0.0.2"] },
    ca: ["/etc/corp.pem"],
    proxy: { url: "http://p.example" },
    limits: { connections: 5, rate: 1000, bytesPerSecond: 20 * 2 ** 20, bytes: 10 * 2 ** 30 },
    ask: { when: "never", waitMs: 5000 },
  });
});

Deno.test("a pin that is none is refused with what is wrong", async () => {
  await assert.rejects(fields('[network.hosts]\n"a.example" = "localhost"', ""), /IP addresses/);
  await assert.rejects(fields('[network.hosts]\n"a.example" = "010.0.0.1"', ""), /IP addresses/);
  await assert.rejects(fields('[network.hosts]\n"*.example" = "10.0.0.1"', ""), /no host name/);
  await assert.rejects(fields('[network.hosts]\n"10.0.0.1" = "10.0.0.1"', ""), /no host name/);
  await assert.rejects(fields('[network.limit]\nbytes_per_second = "3"', ""), /at least 1k/);
});
