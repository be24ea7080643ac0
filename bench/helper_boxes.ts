import { pause } from "../lib/host/timer.ts";
import { alternate, type Result } from "./measure.ts";
import { privateMemory, untilRest } from "./processes.ts";
import { bare, isCommand, kanibako, makeWorld, startSleeping } from "./world.ts";

const NAME = "bench-helper-boxes-";
const MANY = 16;

/** Prints how many milliseconds after it was asked for a helper's command began. */
const SPAWN = `
import json, socket, time
s = socket.socket(socket.AF_UNIX); s.connect("/run/kanibako/in/helper.sock"); f = s.makefile("rb")
def say(**words):
    s.sendall(json.dumps(words).encode() + b"\\n"); answer = json.loads(f.readline())
    assert answer["status"] == "ok", answer
    return answer
begun = time.time_ns()
number = say(action="spawn", helper_num=0, crab="no_agent", workspace="empty", task="date +%s%N")["helper"]
say(action="wait", helpers=[number])
print((int(say(action="result", helper=number)["result"]["message"]) - begun) / 1e6)
say(action="cleanup", helper=number)
`;

/** What the boxes of helpers cost: one to start, and many at once. */
export async function helperBoxes(rounds: number): Promise<readonly Result[]> {
  return [await spawning(rounds), await many()];
}

async function spawning(rounds: number): Promise<Result> {
  await using world = await makeWorld();
  const { path: other } = await world.project(`${NAME}engine`);
  const calls = await world.record([kanibako, "shell", other, "--", "date", "+%s%N"]);
  const start = bare(calls.find((words) => isCommand(words, "run"))!);
  const { path } = await world.project(`${NAME}a`);
  await Deno.writeTextFile(`${path}/spawn.py`, SPAWN);
  await world.call([kanibako, "box", "config", path, "spawn.rate=-1"]);
  await world.call(startSleeping(path));
  const samples = await alternate([
    {
      name: "the engine alone",
      run: async () => {
        const begun = Date.now();
        return Number(await world.call(start)) / 1e6 - begun;
      },
    },
    {
      name: "a helper",
      run: async () => Number(await world.call([kanibako, "shell", path, "--", "python3", "spawn.py"])),
    },
  ], { rounds });
  return {
    title: "From asking for a helper to the first instruction of its command",
    samples,
    limits: { "a helper": { ratio: 1.3 } },
  };
}

async function many(): Promise<Result> {
  await using world = await makeWorld();
  const { path, name } = await world.project(`${NAME}b`);
  for (const setting of ["spawn.breadth=-1", "spawn.rate=-1"]) {
    await world.call([kanibako, "box", "config", path, setting]);
  }
  await world.call(startSleeping(path));
  for (let number = 0; number < MANY; number++) {
    await world.call([kanibako, "crab", "helper", "spawn", "-p", path, "--crab", "no_agent"]);
  }
  await untilRest();
  const supervisors = supervisorsOf(name);
  const memory = privateMemory(supervisors, "one of them");
  await world.call([kanibako, "stop", name]);
  while (supervisorsOf(name).length > 0) await pause(100);
  return {
    title: `${MANY} helpers at once, and the box that has started them`,
    samples: [],
    limits: {},
    counts: [
      { what: "processes of ours on this machine", count: supervisors.length, most: MANY + 1 },
      { ...memory, most: 25 },
    ],
  };
}

/** The processes behind a box and behind its helpers, whose ids begin with the box's. */
function supervisorsOf(name: string): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((pid) => {
    try {
      const words = Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0");
      return words.includes("supervise") && words.some((word) => word.includes(name));
    } catch {
      return false; // it has ended, or is none
    }
  });
}
