/**
 * A certificate authority for one test, and a certificate with the names of the real services.
 *
 * @module
 */

/** Whose names the certificate has. */
export const NAMES: readonly string[] = [
  "api.anthropic.com",
  "platform.claude.com",
  "console.anthropic.com",
  "api.openai.com",
  "auth.openai.com",
  "chatgpt.com",
  "oauth2.googleapis.com",
  "www.googleapis.com",
  "cloudcode-pa.googleapis.com",
  "chat.qwen.ai",
  "portal.qwen.ai",
];

/** Makes what a proxy needs in a folder: `ca.pem` for those who are to trust it, `services.pem` for itself. */
export async function makeCertificates(folder: string): Promise<void> {
  const openssl = async (...words: string[]) => {
    const command = new Deno.Command("openssl", {
      args: ["req", "-x509", "-nodes", "-days", "2", ...words],
      cwd: folder,
    });
    const { success, stderr } = await command.output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  await openssl(...key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA");
  const extensions = [
    `subjectAltName=${NAMES.map((name) => `DNS:${name}`).join(",")}`,
    "basicConstraints=critical,CA:FALSE",
    "extendedKeyUsage=serverAuth",
  ].flatMap((extension) => ["-addext", extension]);
  const by = ["-CA", "ca.pem", "-CAkey", "ca.key"];
  await openssl(
    ...key,
    ...by,
    "-keyout",
    "leaf.key",
    "-out",
    "leaf.pem",
    "-subj",
    "/CN=services",
    ...extensions,
  );
  const [leafKey, leaf] = await Promise.all(
    ["leaf.key", "leaf.pem"].map((name) => Deno.readTextFile(`${folder}/${name}`)),
  );
  await Deno.writeTextFile(`${folder}/services.pem`, `${leafKey}${leaf}`);
}
