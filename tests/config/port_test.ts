import assert from "node:assert/strict";
import { parsePort, placeText, portsProblem, portText } from "../../lib/config/port.ts";
import { publishedPorts } from "../../lib/config/published.ts";
import { BOX_SETTINGS } from "../../lib/config/settings/box.ts";
import { valueGiven } from "../../lib/config/settings/given_options.ts";
import { parseValue } from "../../lib/config/value.ts";
import { KanibakoError } from "../../lib/host/error.ts";
import { fromFile, fromFlag } from "../../lib/spec/source.ts";

Deno.test("parsePort() reads what people write, and portText() gives it back in one form", () => {
  for (
    const [text, host, port, boxPort, form] of [
      ["3000", "localhost", 3000, 3000, "3000"],
      ["8080:80", "localhost", 8080, 80, "8080:80"],
      ["localhost:8080", "localhost", 8080, 8080, "8080"],
      ["localhost:8080:80", "localhost", 8080, 80, "8080:80"],
      ["127.0.0.1:8080", "127.0.0.1", 8080, 8080, "127.0.0.1:8080"],
      ["0.0.0.0:8080:80", "0.0.0.0", 8080, 80, "0.0.0.0:8080:80"],
      ["[::1]:8080", "::1", 8080, 8080, "[::1]:8080"],
      ["[0:0::1]:8080:80", "::1", 8080, 80, "[::1]:8080:80"],
      ["[::]:1", "::", 1, 1, "[::]:1"],
      ["65535:1", "localhost", 65535, 1, "65535:1"],
    ] as const
  ) {
    const mapping = parsePort(text);
    assert.deepEqual(mapping, { host, port, boxPort }, text);
    assert.equal(portText(mapping), form);
    assert.deepEqual(parsePort(form), mapping);
  }
  assert.equal(placeText(parsePort("[::1]:80")), "[::1]:80");
});

Deno.test("parsePort() says what is wrong with what is no port", () => {
  for (
    const [text, reason] of [
      ["", /a port is missing/],
      ["0", /port 0 cannot/],
      ["00:80", /port 0 cannot/],
      ["80:0", /port 0 cannot/],
      ["65536", /1 to 65535/],
      ["99999999999999999999", /1 to 65535/],
      ["080", /is no port/],
      ["-1", /is no port|address/],
      ["3000-3010", /ranges are not supported/],
      ["3000/udp", /always TCP/],
      ["3000:", /a port is missing/],
      [":3000", /a port is missing/],
      ["http", /"http" is no port/],
      ["example.com:80", /is a name/],
      ["host:80:80", /is a name/],
      ["localhost:", /a port is missing/],
      ["1.2.3:80", /no IPv4 address/],
      ["1.2.3.256:80", /no IPv4 address/],
      ["01.2.3.4:80", /no IPv4 address/],
      ["::1:8080", /needs brackets/],
      ["[::1]", /a port is missing/],
      ["[::1%lo]:80", /no IP address/],
      ["[127.0.0.1]:80", /no IP(v4)? address/],
      ["[]:80", /a host is missing/],
      ["1:2:3:4", /./],
      ["3000 ", /is no port/],
      ["3000\n", /is no port/],
      ["\u0663", /is no port/],
    ] as const
  ) {
    assert.throws(
      () => parsePort(text),
      (error) =>
        error instanceof KanibakoError && error.code === "bad-port" && reason.test(error.message) &&
        !error.message.includes("\n"),
      JSON.stringify(text),
    );
  }
});

Deno.test("box.ports takes numbers and texts, and refuses two for one place with the reason", () => {
  const key = BOX_SETTINGS.ports;
  assert.deepEqual(parseValue(key, [3000, "8080:80"]), ["3000", "8080:80"]);
  assert.deepEqual(parseValue(key, "3000, 8080:80"), ["3000", "8080:80"]);
  assert.deepEqual(parseValue(key, []), []);
  for (
    const [raw, reason] of [
      [["80:3000", "80:4000"], /localhost:80 is given twice/],
      [["80", "localhost:80"], /given twice/],
      [["3000-3005"], /"3000-3005": ranges/],
      [[true], /"true" is no port/],
      [["80", {}], /PORT\[:BOXPORT\]/],
      [3000.5, /PORT\[:BOXPORT\]/],
    ] as const
  ) {
    assert.throws(
      () => parseValue(key, raw),
      (error) => error instanceof KanibakoError && error.hints.some((hint) => reason.test(hint)),
      JSON.stringify(raw),
    );
  }
  assert.equal(portsProblem(["127.0.0.1:80", "[::1]:80", "80"]), undefined);
  assert.throws(() => valueGiven(key, "--publish", ["80-90"]), /Cannot use --publish "80-90"/);
});

Deno.test("publishedPorts() adds those of options to those of files, each with its source", () => {
  const [file, flag] = [fromFile("box", "config"), fromFlag("--publish")];
  const configured = { value: ["3000", "8080:80"], level: "box", from: file } as const;
  const given = { value: ["8080:81", "9000"], level: "flag", from: flag } as const;
  assert.deepEqual(publishedPorts(configured, given), [
    { host: "localhost", port: 3000, boxPort: 3000, from: file },
    { host: "localhost", port: 8080, boxPort: 81, from: flag },
    { host: "localhost", port: 9000, boxPort: 9000, from: flag },
  ]);
  assert.equal(publishedPorts(configured, undefined).length, 2);
});
