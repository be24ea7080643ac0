// The browser beside a box: what programs of the box meet at its address, and what the host does when they ask for it.

import assert from "node:assert/strict";
import { BROWSER_PATH } from "../../lib/spec/box_paths.ts";
import { openBrowser as openBeside, removeBrowser } from "../../lib/run/browser/beside.ts";
import { browserSpec } from "../../lib/run/browser/browser_spec.ts";
import watch from "../../lib/run/browser/watch.sh" with { type: "text" };
import type { Run } from "../../lib/run/run.ts";
import { fromServiceOptions, toServiceOptions } from "../../lib/spec/browser_options.ts";
import { openBrowser } from "../../lib/steward/browser.ts";
import { until } from "../support/program.ts";

const OWN_NAME = "/devtools/browser/0b5c-17";
const OPTIONS = {
  image: "localhost/kanibako-template-browser:latest",
  user: { kind: "owner", uid: 1000, gid: 1000 },
  pids: 99,
  files: { "/etc/resolv.conf": "nameserver 127.0.0.1\n" },
} as const;

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Something like Chromium: says what it calls itself, and answers with what it was asked. */
function chromium(port: number): Deno.HttpServer {
  return Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/json/version") {
      return Response.json({ webSocketDebuggerUrl: `ws://127.0.0.1:${port}${OWN_NAME}` });
    }
    if (request.headers.get("upgrade") !== "websocket") return new Response(pathname + await request.text());
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => socket.send(`${pathname} ${data}`);
    return response;
  });
}

/** An address in a box, and a host that answers a question for the browser with what `answer` returns. */
async function inBox(answer: () => string | Promise<string>, upMs?: number) {
  const folder = await Deno.makeTempDir();
  const socket = `${folder}/browser`;
  const host = Deno.listen({ transport: "unix", path: socket });
  const answering = (async () => {
    for await (const conn of host) {
      await conn.write(new TextEncoder().encode(await answer())).catch(() => {});
      conn.close();
    }
  })();
  const [port, browser] = [freePort(), freePort()];
  const open = await openBrowser({ socket, port, browser, ...(upMs === undefined ? {} : { upMs }) });
  return {
    port,
    browser,
    async [Symbol.asyncDispose]() {
      open[Symbol.dispose]();
      host.close();
      await answering;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Sends bytes and reads to the end. */
async function said(port: number, request: string): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode(request));
  return await new Response(conn.readable).text().catch(() => "");
}

Deno.test("openBrowser() starts the browser at the first connection, and finds it at one address whatever it calls itself", async () => {
  let asked = 0;
  let server: Deno.HttpServer | undefined;
  await using box: Awaited<ReturnType<typeof inBox>> = await inBox(() => {
    asked++;
    setTimeout(() => server = chromium(box.browser), 100);
    return "ready\n";
  });
  assert.equal(asked, 0, "nobody needs it yet");
  for (const word of ["one", "two"]) {
    const socket = new WebSocket(`ws://127.0.0.1:${box.port}${BROWSER_PATH}`);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    socket.send(word);
    const { data } = await new Promise<MessageEvent>((resolve) => socket.onmessage = resolve);
    assert.equal(data, `${OWN_NAME} ${word}`);
    socket.close();
    await new Promise((resolve) => socket.onclose = resolve);
  }
  assert.equal(await (await fetch(`http://127.0.0.1:${box.port}/json/list`)).text(), "/json/list");
  const body = "x".repeat(100_000);
  assert.equal(
    await (await fetch(`http://127.0.0.1:${box.port}/a`, { method: "POST", body })).text(),
    `/a${body}`,
  );
  const rewritten = await said(
    box.port,
    `GET ${BROWSER_PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`,
  );
  assert.match(rewritten, new RegExp(`${OWN_NAME}$`));
  assert.equal(asked, 1);
  await server?.shutdown();
});

Deno.test("openBrowser() lets no page steer the browser, and nothing through that is no request", async () => {
  let asked = 0;
  await using box = await inBox(() => (asked++, "ready\n"));
  for (const origin of ["Origin: http://evil.example", "oRiGiN:null"]) {
    assert.match(
      await said(box.port, `GET ${BROWSER_PATH} HTTP/1.1\r\nHost: x\r\n${origin}\r\n\r\n`),
      /^HTTP\/1\.1 403 /,
    );
  }
  assert.equal(await said(box.port, `GET / HTTP/1.1\r\nX: ${"x".repeat(20_000)}`), "");
  assert.equal(await said(box.port, "GET / HTTP/1.1\r\nX: \xff\r\n\r\n"), "");
  assert.equal(asked, 0);
});

Deno.test("openBrowser() says why there is no browser", async () => {
  const request = "GET /json/version HTTP/1.1\r\nHost: x\r\n\r\n";
  {
    await using box = await inBox(() => "no: the image is not there any more\n");
    assert.match(
      await said(box.port, request),
      /503 .*There is no browser: the image is not there any more\n$/s,
    );
  }
  await using box = await inBox(() => "ready\n", 300);
  assert.match(await said(box.port, request), /There is no browser: it does not come up\n$/);
});

/** A run of which the runtime starts nothing real. */
async function run(start: () => Promise<unknown>) {
  const state = await Deno.makeTempDir();
  const removed: string[] = [];
  let running = false;
  let startedBy = "r1";
  const runtime = {
    prepareMailbox: () => Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve() }),
    start: () => {
      running = true;
      return start();
    },
    inspect: async (name: string) => {
      const { ownerMark } = await import("../../lib/runtime/labels.ts");
      return running
        ? {
          id: `id of ${name}`,
          labels: { "kanibako.owner": await ownerMark(state), "kanibako.run": startedBy },
        }
        : undefined;
    },
    remove: (id: string) => {
      removed.push(id);
      return Promise.resolve();
    },
  };
  const socket = `${state}/browser`;
  const mailbox = { listen: () => Deno.listen({ transport: "unix", path: socket }) };
  const record = { run: "r1", box: "kanibako-app", services: { browser: {} } };
  const host = { dirs: { state } };
  return {
    run: { host, box: "kanibako-app", state, record, runtime, mailbox } as unknown as Run,
    removed,
    /** Another run has started one meanwhile. */
    replacedBy: (run: string) => startedBy = run,
    async ask() {
      using conn = await Deno.connect({ transport: "unix", path: socket });
      return await new Response(conn.readable).text();
    },
    [Symbol.asyncDispose]: () => Deno.remove(state, { recursive: true }),
  };
}

Deno.test("however often a box asks for its browser, one container is started at a time, and it goes with the run", async () => {
  let starts = 0;
  await using world = await run(() => {
    starts++;
    return Promise.resolve({ kind: "detached", id: "c1" });
  });
  {
    await using _service = await openBeside(world.run, toServiceOptions(OPTIONS));
    const answers = await Promise.all(Array.from({ length: 40 }, () => world.ask()));
    assert.deepEqual(new Set(answers), new Set(["ready\n"]));
    assert.equal(await world.ask(), "ready\n");
    assert.equal(starts, 1);
    assert.deepEqual(world.removed, []);
  }
  assert.deepEqual(world.removed, ["id of kanibako-app-browser"]);
  // Whoever finishes a run late leaves what belongs to the next one.
  world.replacedBy("r2");
  await removeBrowser(world.run);
  assert.equal(world.removed.length, 1);
});

Deno.test("a browser that cannot be started is not tried again at once, and the box is answered why in one line", async () => {
  let starts = 0;
  await using world = await run(() => {
    starts++;
    return Promise.reject(new Error("the engine\nis broken"));
  });
  await using _service = await openBeside(world.run, toServiceOptions(OPTIONS));
  assert.equal(await world.ask(), "no: the engine is broken\n");
  assert.equal(await world.ask(), "no: the engine is broken\n");
  assert.equal(starts, 1);
});

Deno.test("the container of a browser has the box's network and nothing of this machine", () => {
  for (const more of [{}, { memoryBytes: 5, cpus: 1.5 }]) {
    assert.deepEqual(fromServiceOptions(toServiceOptions({ ...OPTIONS, ...more })), { ...OPTIONS, ...more });
  }
  const spec = browserSpec(OPTIONS, { box: "kanibako-app", id: "kanibako-app", run: "r1", owner: "o" });
  assert.equal(spec.beside, "kanibako-app");
  assert.deepEqual(
    spec.mounts.filter(({ type }) => type !== "tmpfs").map(({ type, destination }) => [type, destination]),
    [
      ["files", "/etc/resolv.conf"],
    ],
  );
  assert.deepEqual(Object.keys(spec.env), ["HOME"]);
  assert.deepEqual(spec.ports, []);
  assert.deepEqual(spec.security.boundingSet, []);
  assert.ok(spec.security.noNewPrivileges && spec.security.readOnlyRoot);
  assert.equal(spec.labels["kanibako.role"], "browser");
});

Deno.test("W-26: a browser ends when the box is gone, though nobody of this machine ends it; and says what an image lacks", async () => {
  const folder = await Deno.makeTempDir();
  const ended = `${folder}/ended`;
  await Deno.writeTextFile(
    `${folder}/chromium-headless-shell`,
    `#!/bin/sh\ntrap 'echo over >${ended}; exit' TERM\nwhile :; do sleep 0.05; done\n`,
    { mode: 0o755 },
  );
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const seen = `0100007F:${listener.addr.port.toString(16).toUpperCase().padStart(4, "0")} 00000000:0000 0A`;
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", watch, "browser", "1", seen, "0.1"],
    env: { PATH: `${folder}:/usr/bin:/bin` },
  }).spawn();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await assert.rejects(Deno.stat(ended), Deno.errors.NotFound);
  listener.close();
  await until(() => Deno.stat(ended).then(() => true, () => false), 10_000, "the browser goes on");
  await child.status;

  const { code, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", watch, "browser", "1", seen],
    env: { PATH: "/nowhere" },
    clearEnv: true,
  }).output();
  assert.equal(code, 127);
  assert.match(new TextDecoder().decode(stderr), /no Chromium/);
  await Deno.remove(folder, { recursive: true });
});
