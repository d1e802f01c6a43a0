/** Ref names, searched for one that cannot exist beside another: `a` and `a/b`. */
export class NameTree {
  readonly #names: ReadonlySet<string>;
  readonly #folders = new Map<string, string>();

  constructor(names: readonly string[]) {
    this.#names = new Set(names);
    for (const name of names) {
      for (const folder of folders(name)) this.#folders.set(folder, name);
    }
  }

  conflictWith(name: string): string | undefined {
    return this.#folders.get(name) ?? this.outerOf(name);
  }

  /** Finds the name that would have to be a folder for the other one to exist: `a` for `a/b`. */
  outerOf(name: string): string | undefined {
    return folders(name).find((folder) => this.#names.has(folder));
  }
}

function folders(name: string): string[] {
  const parts = name.split('/');
  return parts.slice(1).map((_part, index) => parts.slice(0, index + 1).join('/'));
}
