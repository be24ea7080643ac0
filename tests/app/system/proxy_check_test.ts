import { deepStrictEqual, doesNotMatch, match } from "node:assert/strict";
import { proxyCheck } from "../../../lib/app/system/host_checks.ts";

const check = (env: Readonly<Record<string, string>>) => proxyCheck((name) => env[name]);

Deno.test("C37: where this machine has a proxy, diagnose says which boxes use it, by which settings, and nothing of its login", () => {
  deepStrictEqual(check({}), []);
  const [one, ...others] = check({
    HTTPS_PROXY: "http://me:pass@127.0.0.1:3128",
    http_proxy: "http://me:pass@127.0.0.1:3128",
  });
  deepStrictEqual([one!.mark, one!.label, others], ["--", "Proxy", []]);
  match(
    one!.detail,
    /^this machine uses http:\/\/127\.0\.0\.1:3128\. .*network=filtered.*env\.HTTPS_PROXY=URL/,
  );
  doesNotMatch(one!.detail, /pass/);
  const [bad] = check({ ALL_PROXY: "socks5://127.0.0.1:1080" });
  deepStrictEqual(bad!.mark, "!!");
  match(bad!.detail, /kind socks5 is not supported/);
});
