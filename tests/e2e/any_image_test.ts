// Boxes in images that know nothing of this program.

import assert from "node:assert/strict";
import { load } from "../support/made_image.ts";
import { rootless, User } from "../support/program.ts";

Deno.test("a box runs in an image that has its shell elsewhere, another user 1000, an entry point, and neither bash nor tmux", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  const image = await load(
    user,
    { Env: ["PATH=/bin", "APP=yes"], User: "app", WorkingDir: "/srv", Entrypoint: ["/bin/false"] },
    "",
    {
      arrange: "mkdir busybox srv && mv bin/sh busybox/sh && " +
        "printf 'root:x:0:0::/root:/bin/sh\\napp:x:1000:1000::/srv:/bin/sh\\nwww:x:82:82::/:/bin/false\\n' >etc/passwd",
    },
  );
  const words = (...more: string[]) => ["shell", "--image", image, ...more];
  try {
    const script = 'cd && pwd; echo "$APP"; cat /etc/passwd; : >workspace/made';
    const first = await user.run(words("--", "sh", "-c", script), { cwd: folder });
    assert.equal(first.code, 0, first.stderr);
    const lines = first.stdout.trimEnd().split("\n");
    assert.deepEqual(lines.slice(0, 2), ["/home/agent", "yes"]);
    // Who the box's user is, by the first entry of its id.
    const { uid } = Deno.statSync(`${folder}/made`);
    const id = rootless ? 1000 : uid;
    const own = lines.find((line) => line.split(":")[2] === String(id));
    assert.match(
      own ?? "",
      rootless ? /^app:x:1000:/ : /^(agent|root):x:\d+:\d+:agent:\/home\/agent:\/bin\/sh$/,
    );
    assert.ok(lines.includes("www:x:82:82::/:/bin/false"), first.stdout);
    // The shell that is opened is the one there is.
    const plain = await user.run(words(), { cwd: folder, input: "echo from $0\n" });
    assert.deepEqual([plain.code, plain.stdout], [0, "from /bin/sh\n"], plain.stderr);
    const session = await user.run(words("--persistent"), { cwd: folder });
    assert.equal(session.code, 1);
    assert.match(session.stderr, /has no tmux, which a session that stays needs/);
    // What follows from the settings alone is done without it.
    const start = ["start", "--image", image, "--entrypoint", "/bin/sh", "--", "-c", "echo ran"];
    const started = await user.run(start, { cwd: folder });
    assert.deepEqual([started.code, started.stdout], [0, "ran\n"], started.stderr);
    assert.match(started.stderr, /has no tmux: this session is in the foreground/);
  } finally {
    await user.engine("rmi", image);
  }
});

Deno.test("an image without a shell is refused by name, and nothing is made", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  const image = await load(user, { Entrypoint: ["/app"] }, "", { arrange: "mv bin/date app; rm -r bin" });
  try {
    const refused = await user.run(["shell", "--image", image], { cwd: folder });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, new RegExp(`^Error: The image ${image} has no shell, which a box needs\\.`));
    assert.equal(await user.ok(["list", "--all", "--json"]).then((text) => JSON.parse(text).length), 0);
  } finally {
    await user.engine("rmi", image);
  }
});
