import assert from "node:assert/strict";
import { browserCommand } from "../../lib/host/browser.ts";

const URL = "http://localhost:3000";
const installed = (...names: string[]) => (name: string) => names.includes(name) ? `/bin/${name}` : undefined;

Deno.test("browserCommand() takes what BROWSER names, the first that is there", () => {
  const words = (BROWSER: string, ...names: string[]) =>
    browserCommand(URL, { BROWSER }, installed(...names));
  assert.deepEqual(words("firefox", "firefox"), ["/bin/firefox", URL]);
  assert.deepEqual(words("none:chromium --new-window", "chromium"), ["/bin/chromium", "--new-window", URL]);
  assert.deepEqual(words("w3m -dump=%s -q", "w3m"), ["/bin/w3m", `-dump=${URL}`, "-q"]);
  assert.equal(words("none", "xdg-open"), undefined);
  assert.equal(words("", "xdg-open"), undefined);
});

Deno.test("browserCommand() takes the desktop's where there is a desktop", () => {
  for (const env of [{ DISPLAY: ":0" }, { WAYLAND_DISPLAY: "wayland-0", BROWSER: "none" }] as const) {
    assert.deepEqual(browserCommand(URL, env, installed("xdg-open")), ["/bin/xdg-open", URL]);
    assert.equal(browserCommand(URL, env, installed()), undefined);
  }
  assert.equal(browserCommand(URL, { DISPLAY: "" }, installed("xdg-open")), undefined);
});
