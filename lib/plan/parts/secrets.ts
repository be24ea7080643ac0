import { BOX_CERTIFICATES, BOX_IN } from "../../spec/box_paths.ts";
import type { EnvEntry, HandedFile } from "../../spec/box_spec.ts";
import { fromPart } from "../../spec/source.ts";
import type { Part } from "./part.ts";

/** What of certificates is handed in, as a name in that folder. */
const AUTHORITY_FILE = "ca.pem";

/** The folder there with a file of each placeholder, for programs that read files. */
export const SECRETS_FOLDER = "secrets";

/** Variables that name a file of all certificates to trust, which `enter` puts together. */
export const ALL_CERTIFICATES: readonly string[] = [
  "SSL_CERT_FILE",
  "CURL_CA_BUNDLE",
  "GIT_SSL_CAINFO",
  "REQUESTS_CA_BUNDLE",
  "PIP_CERT",
  "CARGO_HTTP_CAINFO",
  "AWS_CA_BUNDLE",
];
/** Variables that name certificates to trust beside the usual ones. */
const BESIDE = ["NODE_EXTRA_CA_CERTS", "DENO_CERT"];
/** Programs that know no such variable, but one that names a file of settings: that, by its name in {@link BOX_IN}, and what is in it. */
const SETTINGS: Readonly<Record<string, readonly [file: string, content: string]>> = {
  // The user that apt downloads as where root calls it may read nothing of ours.
  APT_CONFIG: ["apt.conf", `Acquire::https::CAInfo "${BOX_CERTIFICATES}";\nAPT::Sandbox::User "root";\n`],
  // In the place of the rig's own file, which sets nothing; that of the home is read as always.
  SYSTEM_WGETRC: ["wgetrc", `ca_certificate = ${BOX_CERTIFICATES}\n`],
};

/** What is handed in of certificates: the one that is trusted, and settings that name it. */
export function trustFiles(certificate: string): ReadonlyMap<string, HandedFile> {
  const files = [[AUTHORITY_FILE, certificate] as const, ...Object.values(SETTINGS)];
  return new Map(files.map(([name, content]) => [name, { content, mode: 0o644 }]));
}

/** Placeholders of secrets, and whose certificates the box trusts for the connections into which the secrets are put. */
export const secrets: Part = {
  name: "secrets",
  contribute: ({ interception }) => {
    if (!interception) return {};
    const { secrets } = interception;
    const from = fromPart("the filtered network");
    const file = (value: string): EnvEntry => ({ value, secret: false, via: "file", from });
    return {
      env: {
        ...Object.fromEntries(ALL_CERTIFICATES.map((name) => [name, file(BOX_CERTIFICATES)])),
        ...Object.fromEntries(BESIDE.map((name) => [name, file(`${BOX_IN}/${AUTHORITY_FILE}`)])),
        ...Object.fromEntries(
          Object.entries(SETTINGS).map(([name, [at]]) => [name, file(`${BOX_IN}/${at}`)]),
        ),
        ...Object.fromEntries(
          secrets.flatMap(({ name, placeholder, file, from }) => [
            [name, { value: placeholder, secret: false, via: "file", from }] as const,
            ...file === undefined
              ? []
              : [[`${name}_FILE`, { value: file, secret: false, via: "file", from }] as const],
          ]),
        ),
      },
    };
  },
};
