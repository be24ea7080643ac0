/**
 * The stand-ins as a program: `node services.mjs PORT LOG [PEM]`. The log is there once they listen, on this machine's loopback. With
 * key and certificate they are a proxy, too.
 *
 * @module
 */

import { appendFileSync, readFileSync } from "node:fs";
import process from "node:process";
import { alsoProxy } from "./proxy.ts";
import { services, type ServicesOptions } from "./server.ts";

const [port = "8700", log = "/dev/null", pem] = process.argv.slice(2);
const add = (text: string) => appendFileSync(log, text);
const options: ServicesOptions = { log: (line, body) => add(`${JSON.stringify({ ...line, body })}\n`) };
const server = services(options);
if (pem !== undefined) alsoProxy(server, readFileSync(pem, "utf8"), options);
server.listen(Number(port), "127.0.0.1", () => add(""));
