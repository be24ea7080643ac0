/** T33, T34, T38, T42: a filtered box has one way out, and nothing that it does makes it wider. */

import assert from "node:assert/strict";
import { pause, until } from "../support/program.ts";
import { runScript } from "../support/script.ts";
import { filteredUser, python, shell, startBox, webServer } from "../support/filtered.ts";

/** Everything that leads out of a box with a network, each tried, and how it ended. */
const RAW = (port: number, own: string) => `
import errno, json, socket, time
def tried(what, make):
    begun = time.time()
    try:
        make(); print(json.dumps([what, "reached", 0]))
    except (OSError, PermissionError) as error:
        print(json.dumps([what, errno.errorcode.get(error.errno, str(error)), round(time.time() - begun)]))
def tcp(family, address, port):
    s = socket.socket(family, socket.SOCK_STREAM); s.settimeout(5); s.connect((address, port))
def udp(family, address, port):
    s = socket.socket(family, socket.SOCK_DGRAM); s.settimeout(2); s.connect((address, port)); s.send(b"x"); s.recv(10)
def raw(family, kind, protocol, address):
    s = socket.socket(family, kind, protocol); s.settimeout(2); s.sendto(b"\\x08\\x00\\xf7\\xff\\x00\\x00\\x00\\x00", (address, 0)); s.recv(10)
for address in ["1.1.1.1", "8.8.8.8", "169.254.169.254", "10.0.0.1", "192.168.1.1", "172.17.0.1", "10.88.0.1", "${own}"]:
    tried("tcp " + address, lambda: tcp(socket.AF_INET, address, 443))
    tried("udp " + address, lambda: udp(socket.AF_INET, address, 53))
    tried("quic " + address, lambda: udp(socket.AF_INET, address, 443))
for address in ["127.0.0.1", "127.0.1.1", "0.0.0.0"]:
    tried("host's own " + address, lambda: tcp(socket.AF_INET, address, ${port}))
for address in ["2606:4700::1111", "fe80::1", "::1", "::ffff:1.1.1.1"]:
    tried("tcp " + address, lambda: tcp(socket.AF_INET6, address, 443))
    tried("udp " + address, lambda: udp(socket.AF_INET6, address, 443))
tried("icmp", lambda: raw(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP, "1.1.1.1"))
tried("raw icmp", lambda: raw(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP, "1.1.1.1"))
tried("packet", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 768).send(b"x"))
tried("sctp", lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132).connect(("1.1.1.1", 443)))
tried("vsock", lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).connect((2, ${port})))
`;

/** Speaks to the host's socket as the steward does, without it. */
const ASK = (questions: readonly unknown[]) => `
import json, socket, struct
for question in json.loads(${JSON.stringify(JSON.stringify(questions))}):
    s = socket.socket(socket.AF_UNIX); s.settimeout(10); s.connect("/run/kanibako/in/door")
    text = json.dumps(question).encode()
    s.send(struct.pack(">IB", len(text), 0) + text)
    head = s.recv(5)
    print(json.dumps(json.loads(s.recv(struct.unpack(">IB", head)[0])) if head else None))
`;

/** Asks name servers directly: an answer's code and how many records it has. */
const DNS = (name: string) => `
import json, socket, struct
def ask(server, name, kind):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(3)
    q = struct.pack(">HHHHHH", 7, 256, 1, 0, 0, 0) + b"".join(bytes([len(l)]) + l.encode() for l in name.split(".")) + b"\\0" + struct.pack(">HH", kind, 1)
    try:
        s.connect((server, 53)); s.send(q); r = s.recv(1000); return [r[3] & 15, r[7]]
    except OSError as error: return "nothing"
for kind in [1, 28, 16, 10, 5, 255, 65]:
    print(json.dumps([ask("127.0.0.1", "secret.attacker.test", kind), ask("127.0.0.1", ("x" * 60 + ".") * 3 + "attacker.test", kind), ask("8.8.8.8", "${name}", kind)]))
print(json.dumps([ask("127.0.0.1", "${name}", 1)]))
`;

/** Ends the steward and what keeps it, as far as its user may. */
const KILL_ALL = `s=$(pgrep -f '[i]nternal steward'); kill -KILL $(ps -o ppid= -p $s) $s; sleep 0.3`;

Deno.test("T33 T34 T38 T42 a filtered box reaches what its rules allow, and nothing else, whatever it tries", async () => {
  await using server = webServer((path) => new Response(`hello ${path}\n`));
  const { port } = server;
  const rules = [`web.test:${port}`, `host.kanibako:${port}`, "git.test:22", "plain.test"];
  await using user = await filteredUser(rules, ["web.test", "evil.test", "git.test", "plain.test"]);
  const folder = await user.folder();
  await startBox(user, folder);
  const reaches = async (when: string) => {
    const { stdout, stderr } = await shell(user, folder, `curl -sS -m 20 http://web.test:${port}/${when}`);
    assert.equal(stdout, `hello /${when}\n`, stderr);
  };
  await reaches("first");
  assert.equal(
    (await shell(user, folder, `curl -sS http://host.kanibako:${port}/host`)).stdout,
    "hello /host\n",
  );

  // T33
  const own = Deno.networkInterfaces().find(({ family, address }) =>
    family === "IPv4" && !address.startsWith("127.")
  );
  for (
    const [what, how, seconds] of await python(user, folder, RAW(port, own?.address ?? "192.0.2.1")) as [
      string,
      string,
      number,
    ][]
  ) {
    assert.notEqual(how, "reached", what);
    assert.ok(seconds < 4, `${what} took ${seconds} s`);
  }
  // What the socket of the host may be asked for is what the rules say, whoever asks.
  const dial = (name: string, to = port) => ({ dial: { name, port: to } });
  const asked = [
    dial("evil.test"),
    dial("web.test", 22),
    dial("127.0.0.1"),
    dial("1.1.1.1", 443),
    dial("[::1]"),
    dial("localhost"),
    dial("host.kanibako", 22),
    dial("web.test\0.evil.test"),
    { name: "evil.test" },
    dial("WEB.test."),
  ];
  const answers = await python(user, folder, ASK(asked));
  for (const answer of answers.slice(0, 8)) assert.deepEqual(answer, { not: "refused" });
  assert.deepEqual(answers.slice(8), [{ ports: [] }, { connected: 1 }]);

  // T34
  const names = await python(user, folder, DNS("web.test")) as (unknown[])[];
  assert.deepEqual(names.pop(), [[0, 1]]);
  for (const answer of names) assert.deepEqual(answer, [[3, 0], [3, 0], "nothing"]);
  const resolved = await shell(
    user,
    folder,
    `getent hosts evil.test; getent hosts web.test >/dev/null && getent hosts localhost >/dev/null && getent hosts $(hostname) >/dev/null && echo fine
for f in /etc/resolv.conf /etc/hosts /run/kanibako/in/door; do { : >>$f || rm -f $f || mv $f $f.x; } 2>/dev/null && echo changed $f; sudo -n rm -f $f 2>/dev/null && echo removed $f; done`,
  );
  assert.equal(resolved.stdout, "fine\n", resolved.stderr);

  // T38: the name is allowed, what is said on the connection is meant for another.
  const meant = (name: string) =>
    `curl -sS -m 10 -o /dev/null --connect-to ${name}:${port}:web.test:${port} https://${name}:${port}/ 2>&1`;
  const refused = await shell(user, folder, `${meant("evil.test")}; echo; ${meant("web.test")}`);
  const [other, same] = refused.stdout.split("\n\n");
  // The server speaks no TLS: its answer shows that it was reached.
  assert.doesNotMatch(other!, /wrong version|record/i);
  assert.match(same!, /wrong version|record/i);

  // T42
  const ssh = await shell(
    user,
    folder,
    `echo "agent [$SSH_AUTH_SOCK]"; ssh -o BatchMode=yes -o ConnectTimeout=5 -p 443 ssh.git.test true; ssh -o BatchMode=yes -o ConnectTimeout=5 -p 443 git.test true`,
  );
  assert.equal(ssh.stdout, "agent []\n");
  assert.match(ssh.stderr, /ssh\.git\.test: Name or service not known/);
  assert.match(ssh.stderr, /connect to host git\.test port 443: Connection refused/);

  // The steward is killed, and is back.
  // The call ends with what it goes through.
  await shell(user, folder, "pkill -KILL -f '[i]nternal steward'");
  await until(
    async () => (await shell(user, folder, `curl -sS http://web.test:${port}/`)).code === 0,
    15_000,
    "no steward",
  );
  await reaches("restarted");
});

Deno.test("T33 without its steward a filtered box has no way out, and one that it starts itself is no wider", async () => {
  await using server = webServer((path) => new Response(`hello ${path}\n`));
  const { port } = server;
  await using user = await filteredUser([`web.test:${port}`], ["web.test", "evil.test"]);
  const folder = await user.folder();
  // In the foreground, so that this process serves it.
  const running = user.start([
    "shell",
    "--",
    "sh",
    "-c",
    "touch up; until [ -e end ]; do sleep 0.05; done; cat out",
  ], {
    cwd: folder,
  });
  const inside = (script: string) => user.run(["shell", folder, "--", "sh", "-c", script], { cwd: folder });
  await until(() => Deno.stat(`${folder}/up`).then(() => true, () => false), 60_000);
  // This call may go through it, and ends with it.
  await inside(KILL_ALL);
  const killed = await inside(
    `curl -sS -m 5 http://web.test:${port}/; curl -sS -m 5 --noproxy '*' http://1.1.1.1/; true`,
  );
  assert.equal(killed.stdout, "", killed.stderr);
  assert.match(killed.stderr, /Could not resolve host/);
  // By hand, as the same user, with a name server that answers for everything: the host is still the one that decides.
  const again = await inside(
    `(setsid kanibako internal steward door </dev/null >/tmp/by-hand 2>&1 &) ; i=0; until getent hosts web.test >/dev/null || [ $i = 100 ]; do i=$((i + 1)); sleep 0.1; done
curl -sS -m 5 http://web.test:${port}/again; curl -sS -m 5 http://evil.test:${port}/; cat /tmp/by-hand >&2`,
  );
  assert.equal(again.stdout, "hello /again\n", again.stderr);
  // The process of the host is killed: the box goes on, without a way out.
  running.kill("SIGKILL");
  await pause(200);
  const box = (await user.containers())[0]!;
  const engineExec = await user.engine(
    "exec",
    box,
    "sh",
    "-c",
    `curl -sS -m 5 http://web.test:${port}/ 2>&1; echo; echo still here`,
  );
  assert.doesNotMatch(engineExec, /hello/);
  assert.match(engineExec, /still here/);
  // The engine's client still has its output.
  await Deno.writeTextFile(`${folder}/end`, "");
  await running.ended;
});

Deno.test("a filtered box of a script reaches what its rules and its options allow", async () => {
  await using server = webServer((path) => new Response(`hello ${path}\n`));
  const { port } = server;
  await using user = await filteredUser([`web.test:${port}`], ["web.test", "also.test", "evil.test"]);
  const said = await runScript(
    user,
    await user.folder(),
    `await using box = await openBox({ allow: ["also.test:${port}"] });
for (const host of ["web", "also"]) say(await box.exec(["curl", "-sS", "http://" + host + ".test:${port}/"]).text());
say((await box.exec(["curl", "-sS", "-m", "5", "http://evil.test:${port}/"])).code);`,
  );
  assert.deepEqual(said, ["hello /\n", "hello /\n", 6]);
});
