/**
 * A project of files, for tests that read one.
 *
 * @module
 */

/** A folder with these files, removed at the end. */
export class ProjectFolder implements AsyncDisposable {
  private constructor(readonly path: string) {}

  /** Makes one. `files`: text by path. */
  static async create(files: Readonly<Record<string, string>>): Promise<ProjectFolder> {
    const project = new ProjectFolder(await Deno.makeTempDir({ prefix: "kanibako-dev-" }));
    await project.write(files);
    return project;
  }

  /** Adds or replaces files. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      const path = `${this.path}/${name}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(path, text);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
