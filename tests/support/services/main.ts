/**
 * The stand-ins as a program: `node services.mjs PORT LOG`. The log is there once they listen, on this machine's loopback.
 *
 * @module
 */

import { appendFileSync } from "node:fs";
import process from "node:process";
import { services } from "./server.ts";

const [port = "8700", log = "/dev/null"] = process.argv.slice(2);
const add = (text: string) => appendFileSync(log, text);
services({ log: (line, body) => add(`${JSON.stringify({ ...line, body })}\n`) })
  .listen(Number(port), "127.0.0.1", () => add(""));
