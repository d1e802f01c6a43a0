import { isDeepStrictEqual } from 'node:util';
import { PointerFinder } from '../../src/lfs/search/finder.js';
import { CommitGraph } from '../../src/mirror/commit-graph.js';
import { inSlices } from '../../src/protocol/turns.js';
import { hashObject, type ObjectId } from '../../src/protocol/wire/object-format.js';
import { peel, UnclearObject } from '../../src/protocol/wire/objects.js';
import type { ObjectType, PackedObject } from '../../src/protocol/wire/pack.js';
import { anyOf, below } from '../bytes.js';
import { holds, type Target } from '../target.js';

const NOWHERE = '9'.repeat(40);
const POINTER = 'version https://git-lfs.github.com/spec/v1\noid sha256:';

/**
 * Makes objects from a recipe. Each line is one: `blob TEXT`, `pointer SIZE`, `tree MODE NAME OBJECT;…`,
 * `commit TREE PARENT…`, `tag OBJECT`; an object is named by how many lines above it stands.
 */
function objectsIn(recipe: string): { readonly objects: Map<ObjectId, PackedObject>; readonly last: ObjectId } {
  const objects = new Map<ObjectId, PackedObject>();
  const ids: ObjectId[] = [];
  for (const line of recipe.split('\n')) {
    const [word = '', ...rest] = line.split(' ');
    const idOf = (above = ''): ObjectId => ids.at(-Number(above)) ?? NOWHERE;
    const object = objectOf(word, rest, idOf);
    const id = hashObject(object.type, object.content, 'sha1');
    objects.set(id, object);
    ids.push(id);
  }
  return { objects, last: ids.at(-1) ?? NOWHERE };
}

function objectOf(word: string, rest: readonly string[], idOf: (above?: string) => ObjectId): PackedObject {
  const made = (type: ObjectType, ...content: readonly (string | Buffer)[]): PackedObject => ({
    type,
    content: Buffer.concat(content.map((part) => Buffer.from(part as string))),
  });
  const [first = '', ...others] = rest;
  switch (word) {
    case 'pointer':
      return made('blob', `${POINTER}${'a'.repeat(64)}\nsize ${first}\n`);
    case 'tree':
      return made(
        'tree',
        ...rest
          .join(' ')
          .split(';')
          .flatMap((entry) => {
            const [mode = '', name = '', above] = entry.split(' ');
            return [`${mode} ${name}\0`, Buffer.from(idOf(above), 'hex')];
          }),
      );
    case 'commit':
      return made('commit', `tree ${idOf(first)}\n`, ...others.map((above) => `parent ${idOf(above)}\n`), '\nwords');
    case 'tag':
      return made('tag', `object ${idOf(first)}\ntype commit\ntag x\n\nwords`);
    default:
      return made('blob', rest.join(' '));
  }
}

/** Finds the pointers of a history, and follows its commits. */
async function search(recipe: string): Promise<unknown> {
  const { objects, last } = objectsIn(recipe);
  const finder = new PointerFinder(objects, 'sha1');
  const found = await inSlices(finder.all([last]));
  const holding = await inSlices(finder.holding([last], new Set(found.keys())));
  holds(found.size === 0 || holding.size === 1, 'a tip does not hold the pointers that it brings along');
  const graph = new CommitGraph(objects);
  holds(!graph.has(last) || graph.within(last).includes(last), 'a commit is not within its own history');
  const { contents, elsewhere } = await inSlices(finder.named('.gitattributes', [last]));
  return {
    found: found.size,
    files: contents.length + elsewhere.length,
    isClosed: graph.isClosed(last),
    isPeeled: peel(last, objects) === last,
    paths: Array.from(found.values(), ({ path }) => path),
  };
}

const RECIPES = [
  'pointer 10\ntree 100644 a.bin 1\ncommit 1',
  'pointer 10\nblob *.bin filter=lfs\ntree 100644 a 2;100644 .gitattributes 1\ntree 40000 folder 1;160000 sub 3\ncommit 1\ncommit 2 1\ntag 1',
  'blob x\ntree 100644 a 1\ncommit 1\ncommit 2 1\ncommit 3 1 2',
];

/** One of the recipes, in which folders may have the mode that some programs give them. */
function variant(random: () => number): string {
  const recipe = anyOf(random, RECIPES);
  return random() < 0.5 ? recipe : recipe.replaceAll(' 40000 ', ' 040000 ');
}

/** A chain of folders or commits. */
function chain(random: () => number): Buffer {
  const line = random() < 0.5 ? 'tree 40000 a 1' : 'commit 9 1';
  const lines = Array.from({ length: below(random, 4000) }, () => line);
  return Buffer.from(['pointer 10', 'tree 100644 a 1', ...lines, 'commit 1'].join('\n'));
}

export const HISTORIES: readonly Target[] = [
  {
    name: 'histories',
    form: 'text',
    seeds: RECIPES,
    errors: [UnclearObject],
    generate: (random) => (random() < 0.05 ? chain(random) : Buffer.from(variant(random))),
    run: async (input) => {
      const recipe = input.toString('latin1');
      const result = await search(recipe);
      // Git takes the mode of a folder with a zero in front of it for what it is (`git fsck`: zeroPaddedFilemode).
      const padded = recipe.replaceAll('040000 ', '40000 ');
      holds(
        padded === recipe || isDeepStrictEqual(await search(padded), result),
        'a folder of another mode hides what is in it',
      );
      return result;
    },
  },
];
