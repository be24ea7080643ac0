import assert from "node:assert/strict";
import { templateHeader } from "../../lib/rig/template_header.ts";

Deno.test("templateHeader() reads the leading comment and stops there", () => {
  const text = "# a\n\n# kanibako-template:  Java tools \n# kanibako-template-check: java -version\n" +
    "# kanibako-template-check: mvn -v\nFROM x\n# kanibako-template-check: late\n";
  const { description, checks } = templateHeader(text);
  assert.deepEqual([description, checks], ["Java tools", ["java -version", "mvn -v"]]);
  assert.equal(templateHeader("\n".repeat(10) + "# kanibako-template: late").description, "");
  assert.deepEqual(templateHeader("\n".repeat(60) + "# kanibako-template-check: late").checks, []);
});

Deno.test("templateHeader() reads caches, and leaves out those that would leave the home", () => {
  const header = [
    "# kanibako-template-cache: pip .cache/pip",
    "# kanibako-template-cache: go ~/go/pkg/",
    "# kanibako-template-cache: up ../up",
    "# kanibako-template-cache: root /var/cache",
    "# kanibako-template-cache: .. x",
    "# kanibako-template-cache: alone",
  ];
  assert.deepEqual(templateHeader(header.join("\n")).caches, { pip: ".cache/pip", go: "go/pkg" });
});

Deno.test("templateHeader() gives each vendor its own checks, apart from those of every image", () => {
  const { checks, vendors } = templateHeader(
    "# kanibako-template-check: cc --version\n# kanibako-template-vendor: rustup newer toolchains\n" +
      "# kanibako-template-check-vendor: rustup rustup --version\n" +
      "# kanibako-template-check-vendor: other x\n# kanibako-template-vendor: bun bun\n",
  );
  assert.deepEqual(checks, ["cc --version"]);
  assert.deepEqual(vendors, [
    { name: "rustup", gives: "newer toolchains", checks: ["rustup --version"] },
    { name: "bun", gives: "bun", checks: [] },
  ]);
});
