import assert from "node:assert/strict";
import { listeningPorts } from "../../lib/run/ports/listening.ts";

const HEAD =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const line = (local: string, state = "0A") =>
  `   0: ${local} ${
    local.length > 20 ? "0".repeat(32) : "00000000"
  }:0000 ${state} 00000000:00000000 00:00000000 00000000  1000 0 123 1\n`;

Deno.test("listeningPorts() reads what the kernel says, of both address families", () => {
  const text = HEAD + line("0100007F:05AF") + line("00000000:1F90") + line("0500000A:0050") +
    line("0100007F:1F91", "01") + HEAD + line("00000000000000000000000000000000:1F90") +
    line("00000000000000000000000001000000:0BB8") + line("0000000000000000FFFF00000100007F:0BB9") +
    line("B80D0120000000000000000001000000:0051");
  assert.deepEqual(listeningPorts(text), [
    { port: 80, addresses: ["10.0.0.5"], reachable: false },
    { port: 81, addresses: ["2001:db8::1"], reachable: false },
    { port: 1455, addresses: ["127.0.0.1"], reachable: true },
    { port: 3000, addresses: ["::1"], reachable: true },
    { port: 3001, addresses: ["127.0.0.1"], reachable: true },
    { port: 8080, addresses: ["0.0.0.0", "::"], reachable: true },
  ]);
});

Deno.test("listeningPorts() takes nothing but numbers from what a box says, and not many", () => {
  for (
    const text of [
      "",
      "\x1b]52;c;AAAA\x07\n",
      line("0100007F:0000"),
      line("0100007G:0050"),
      line("0100007F:00500"),
      line("0100007F00:0050"),
      "   0: 0100007F:0050",
      "x".repeat(1_000_000),
    ]
  ) assert.deepEqual(listeningPorts(text), [], JSON.stringify(text.slice(0, 40)));
  const hex = (number: number) => number.toString(16).toUpperCase().padStart(4, "0");
  const all = Array.from({ length: 65_535 }, (_, at) => line(`0100007F:${hex(at + 1)}`)).join("");
  assert.equal(listeningPorts(all).length, 1000);
  const many = Array.from({ length: 255 }, (_, at) => line(`0100${hex(at).slice(2)}7F:0050`)).join("");
  assert.equal(listeningPorts(many)[0]!.addresses.length, 8);
});
