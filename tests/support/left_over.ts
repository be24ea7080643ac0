/**
 * Removes what tests of one run have left, because they were killed: processes, boxes, folders. As the user who ran them.
 *
 *     KANIBAKO_TEST_RUN=MARK left_over.ts
 *
 * @module
 */

import { homePrefix, unpacked, User } from "./program.ts";

const folder = Deno.env.get("TMPDIR") ?? "/tmp";
const homes: string[] = [];
for (const { name } of Deno.readDirSync(folder)) {
  const path = `${folder}/${name}`;
  if (path === unpacked) continue;
  if (name.startsWith(homePrefix) && Deno.lstatSync(path).uid === Deno.uid()) homes.push(path);
}
for (const { name } of homes.length === 0 ? [] : Deno.readDirSync("/proc")) {
  if (!/^\d+$/.test(name)) continue;
  try {
    const env = Deno.readTextFileSync(`/proc/${name}/environ`);
    if (homes.some((home) => env.includes(`HOME=${home}\0`))) Deno.kill(Number(name), "SIGKILL");
  } catch { /* it has ended, or is somebody else's */ }
}
for (const home of homes) {
  try {
    await using _user = await User.of(home);
  } catch (error) {
    console.error(`${home} could not be removed: ${error}`);
  }
}
if (unpacked !== undefined) await Deno.remove(unpacked, { recursive: true }).catch(() => {});
