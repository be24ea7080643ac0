/** The beginning of a program, enough to be distinguished. */
export function elf(options: { machine?: number; interpreter?: string } = {}): Uint8Array {
  const head = new Uint8Array(512);
  head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  const machine = options.machine ?? (Deno.build.arch === "x86_64" ? 0x3e : 0xb7);
  head.set([machine & 0xff, machine >> 8], 18);
  head.set(new TextEncoder().encode(options.interpreter ?? "/lib64/ld-linux-x86-64.so.2"), 128);
  return head;
}

/** Runs a test in a host's home with helpers to install things. */
export async function inHome(test: (home: FakeHome) => Promise<void>): Promise<void> {
  const base = await Deno.realPath(await Deno.makeTempDir({ prefix: "target-" }));
  try {
    await test(new FakeHome(base));
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

/** A home on a host. `bin` is the only folder on PATH. */
export class FakeHome {
  readonly bin: string;
  constructor(readonly path: string) {
    this.bin = `${path}/bin`;
  }

  async file(path: string, content: string | Uint8Array, mode = 0o755): Promise<string> {
    const full = `${this.path}/${path}`;
    await Deno.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
    if (typeof content === "string") await Deno.writeTextFile(full, content);
    else await Deno.writeFile(full, content);
    await Deno.chmod(full, mode);
    return full;
  }

  async link(path: string, target: string): Promise<void> {
    const full = `${this.path}/${path}`;
    await Deno.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
    await Deno.symlink(target, full);
  }

  /** Installs a package; returns its folder. */
  async pack(
    folder: string,
    name: string,
    version: string,
    files: Record<string, string | Uint8Array>,
  ): Promise<string> {
    const root = `${folder}/node_modules/${name}`;
    await this.file(`${root}/package.json`, JSON.stringify({ name, version }), 0o644);
    for (const [path, content] of Object.entries(files)) await this.file(`${root}/${path}`, content);
    return root;
  }
}
