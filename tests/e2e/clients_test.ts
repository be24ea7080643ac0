// Programs of many kinds trust the connections into which the door of a box looks, each by what it reads, and have a secret put in.

import assert from "node:assert/strict";
import { filteredUser, shell } from "../support/filtered.ts";
import { tlsService } from "../support/tls_service.ts";

const VALUE = "tok_7a1cE42b9F03d8c6Qx";

/** A program in the box. */
interface Client {
  readonly name: string;
  /** What it needs, as a test of the shell in the box. */
  readonly needs: string;
  /** Asks for `$URL/NAME` with the placeholder. */
  readonly script: string;
  /** Puts it into a folder, which the box sees as `~/workspace/programs`, where the rig may not have it. Why not, where it cannot. */
  readonly bring?: (folder: string) => Promise<string | undefined>;
}

/** How a script ends whose program the rig does not have. */
const ABSENT = 99;
const BEARER = '-H "Authorization: Bearer $TOKEN"';
const CLIENTS: readonly Client[] = [
  { name: "curl", needs: "command -v curl", script: `curl -sS ${BEARER} $URL/curl` },
  { name: "git", needs: "command -v git", script: "git ls-remote $URL/git" },
  {
    name: "node",
    needs: "command -v node",
    script:
      `node -e 'fetch(process.env.URL + "/node", { headers: { authorization: "Bearer " + process.env.TOKEN } }).then((r) => r.text()).then(console.log)'`,
  },
  {
    name: "python",
    needs: "command -v python3",
    script:
      `python3 -c 'import os, urllib.request as u; u.urlopen(u.Request(os.environ["URL"] + "/python", headers={"Authorization": "Bearer " + os.environ["TOKEN"]}))'`,
  },
  {
    name: "requests",
    needs: "command -v python3",
    script:
      `PYTHONPATH=~/workspace/programs/python python3 -c 'import os, requests; requests.get(os.environ["URL"] + "/requests", headers={"Authorization": "Bearer " + os.environ["TOKEN"]}).raise_for_status()'`,
    bring: bringRequests,
  },
  {
    name: "wget",
    needs: "true",
    script: '~/workspace/programs/wget -qO- --header "Authorization: Bearer $TOKEN" $URL/wget',
    bring: bringProgram("wget"),
  },
  {
    name: "deno",
    needs: "true",
    script:
      `DENO_DIR=/tmp/deno DENO_NO_UPDATE_CHECK=1 ~/workspace/programs/deno eval 'await fetch(Deno.env.get("URL") + "/deno", { headers: { authorization: "Bearer " + Deno.env.get("TOKEN") } })'`,
    bring: (folder) => bringFile(Deno.execPath(), `${folder}/deno`),
  },
  { name: "apt", needs: "command -v apt-get", script: apt("apt") },
  // As root it downloads as yet another user, and has the variables only if it is let.
  { name: "sudo-apt", needs: "sudo -n true && command -v apt-get", script: apt("sudo-apt", "sudo -E") },
  {
    name: "go",
    needs: "true",
    script: "~/workspace/programs/go",
    bring: buildGo,
  },
];

function apt(name: string, by = ""): string {
  return `mkdir -p /tmp/${name}/lists/partial /tmp/${name}/cache/archives/partial && cd /tmp/${name} && touch status &&
echo "deb [trusted=yes] $URL/${name} ./" >sources && echo "machine $URL login me password $TOKEN" >netrc &&
${by} apt-get -qq update -o Dir::Etc::sourcelist=$PWD/sources -o Dir::Etc::sourceparts=- -o Dir::Etc::netrc=$PWD/netrc -o Dir::State=$PWD \
  -o Dir::State::status=$PWD/status -o Dir::Cache=$PWD/cache && ${by} grep -q '^Package: shown' lists/*Packages`;
}

const GO = `package main

import ("net/http"; "os")

func main() {
	request, _ := http.NewRequest("GET", os.Getenv("URL")+"/go", nil)
	request.Header.Set("Authorization", "Bearer "+os.Getenv("TOKEN"))
	answer, err := http.DefaultClient.Do(request)
	if err != nil || answer.StatusCode != 200 { println(err.Error()); os.Exit(1) }
}
`;

async function output(words: readonly string[], options: Deno.CommandOptions = {}) {
  try {
    const { success, stdout, stderr } = await new Deno.Command(words[0]!, {
      args: words.slice(1),
      ...options,
    }).output();
    return { success, text: new TextDecoder().decode(success ? stdout : stderr).trim() };
  } catch {
    return { success: false, text: `there is no ${words[0]} on this machine` };
  }
}

async function bringFile(from: string, to: string): Promise<undefined> {
  await Deno.copyFile(from, to);
  await Deno.chmod(to, 0o755);
  return undefined;
}

function bringProgram(name: string): (folder: string) => Promise<string | undefined> {
  return async (folder) => {
    const { success, text } = await output(["sh", "-c", `command -v ${name}`]);
    if (!success) return `there is no ${name} on this machine`;
    return await bringFile(text, `${folder}/${name}`);
  };
}

async function bringRequests(folder: string): Promise<string | undefined> {
  const script = `import importlib
for name in ["requests", "urllib3", "idna", "certifi", "chardet", "charset_normalizer", "six"]:
    try: file = importlib.import_module(name).__file__
    except ImportError: continue
    print(file.removesuffix("/__init__.py"))
import requests`;
  const { success, text } = await output(["python3", "-c", script]);
  if (!success) return "Python of this machine has no requests";
  await Deno.mkdir(`${folder}/python`);
  const { success: copied } = await output(["cp", "-rL", ...text.split("\n"), `${folder}/python`]);
  assert.ok(copied);
  return undefined;
}

async function buildGo(folder: string): Promise<string | undefined> {
  const source = `${folder}/main.go`;
  await Deno.writeTextFile(source, GO);
  const built = await output(["go", "build", "-o", `${folder}/go`, source], {
    env: { CGO_ENABLED: "0", GO111MODULE: "off", GOFLAGS: "" },
  });
  return built.success ? undefined : built.text;
}

Deno.test("programs of many kinds trust the connections that are looked into, and have a secret put in", async () => {
  await using service = await tlsService(["api.test"], ({ url, headers }, response) => {
    const isApt = /^\/(sudo-)?apt\//.test(url);
    const isFound = !isApt || url.endsWith("/Packages");
    const asksFor = (isApt || url.startsWith("/git")) && headers.authorization === undefined;
    response.writeHead(asksFor ? 401 : isFound ? 200 : 404, asksFor ? { "WWW-Authenticate": "Basic" } : {});
    // Some of them show what was answered.
    response.end(
      `Package: shown\nVersion: 1\nArchitecture: all\nFilename: shown.deb\nMaintainer: ${headers.authorization}\n`,
    );
  });
  const { port } = service;
  await using user = await filteredUser([`api.test:${port}`], ["api.test"], [
    `network.ca = [${JSON.stringify(service.ca)}]`,
  ]);
  const folder = await user.folder();
  const options = { cwd: folder };
  const programs = `${folder}/programs`;
  await Deno.mkdir(programs);
  const cannot = new Map<string, string | undefined>();
  for (const { name, bring } of CLIENTS) cannot.set(name, await bring?.(programs));
  await user.ok(["secret", "set", "TOKEN"], { ...options, input: VALUE });
  await user.ok([
    "shell",
    "--persistent",
    "--secret",
    `TOKEN:api.test:${port}`,
    "--",
    "sleep",
    "600",
  ], options);
  const inBox = (script: string) =>
    shell(user, folder, `exec 2>&1; export URL=https://api.test:${port}; ${script}`);
  const shown: string[] = [];
  for (const { name, needs, script } of CLIENTS) {
    const before = service.seen.length;
    const why = cannot.get(name);
    const { stdout, code } = why === undefined
      ? await inBox(`{ ${needs}; } >/dev/null 2>&1 || exit ${ABSENT}; ${script}`)
      : { stdout: why, code: ABSENT };
    if (code === ABSENT) {
      console.log(`(${name} is left out: ${stdout || "it is not in this rig"})`);
      continue;
    }
    const seen = service.seen.slice(before).filter(({ url }) => url.startsWith(`/${name}`));
    const logins = seen.map(({ headers }) => String(headers.authorization ?? ""));
    assert.ok(
      logins.some((login) =>
        login === `Bearer ${VALUE}` ||
        login.startsWith("Basic ") && atob(login.slice(6)).endsWith(`:${VALUE}`)
      ),
      `${name} (${code}): ${stdout}\n${logins.join("\n")}`,
    );
    assert.ok(code === 0 || name === "git", `${name}: ${stdout}`);
    assert.ok(!stdout.includes(VALUE), `${name}: ${stdout}`);
    if (name === "curl") assert.match(stdout, /Maintainer: Bearer \*{16,}$/m);
    shown.push(name);
  }
  assert.ok(shown.length >= 7, shown.join(" "));
  // A program that trusts what it has always trusted ends the connection, and the log says that nothing of it was read.
  const before = service.seen.length;
  const untrusting = await inBox('env -i PATH="$PATH" curl -sS "$URL/plain"');
  assert.match(untrusting.stdout, /certificate/);
  assert.equal(service.seen.length, before);
  assert.match(await user.ok(["box", "network", "log", "--refused"], options), /unread api\.test/i);
});
