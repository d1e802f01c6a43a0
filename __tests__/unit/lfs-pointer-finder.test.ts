import { describe, expect, jest, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { PointerFinder, type FoundPointer } from '../../src/lfs/search/finder.js';
import { hashObject } from '../../src/protocol/wire/object-format.js';
import { UnclearObject } from '../../src/protocol/wire/objects.js';
import type { ObjectType, PackedObject } from '../../src/protocol/wire/pack.js';
import { done } from '../slices.js';

/** Objects by id, as they come in a pack. */
class Objects {
  readonly all = new Map<string, PackedObject>();

  add(type: ObjectType, content: Buffer | string): string {
    const bytes = Buffer.from(content as string);
    const id = hashObject(type, bytes, 'sha1');
    this.all.set(id, { type, content: bytes });
    return id;
  }

  pointer(content: string): { id: string; oid: string } {
    const oid = createHash('sha256').update(content).digest('hex');
    const text = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${content.length}\n`;
    return { id: this.add('blob', text), oid };
  }

  tree(entries: Readonly<Record<string, string>>): string {
    const parts = Object.entries(entries).map(([name, id]) => {
      const type = this.all.get(id)?.type;
      const mode = type === 'tree' ? '40000' : type === undefined && name.startsWith('sub') ? '160000' : '100644';
      return Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
    });
    return this.add('tree', Buffer.concat(parts));
  }

  commit(tree: string, parents: readonly string[] = [], message = 'message'): string {
    const links = parents.map((parent) => `parent ${parent}\n`).join('');
    return this.add(
      'commit',
      `tree ${tree}\n${links}author A <a@b> 0 +0000\ncommitter A <a@b> 0 +0000\n\n${message}\n`,
    );
  }

  found(tips: readonly string[], isWhole = false): Map<string, FoundPointer> {
    return done(new PointerFinder(this.all, 'sha1', isWhole).all(tips));
  }

  holding(tips: readonly string[], oids: ReadonlySet<string>): Map<string, FoundPointer> {
    return done(new PointerFinder(this.all, 'sha1').holding(tips, oids));
  }
}

const ELSEWHERE = 'e'.repeat(40);

describe('all', () => {
  test('every pointer of every commit that came along, with its path, each once', () => {
    const objects = new Objects();
    const [a, b, c] = [objects.pointer('a'), objects.pointer('bb'), objects.pointer('ccc')];
    const text = objects.add('blob', 'no pointer');
    const first = objects.commit(objects.tree({ 'a.bin': a.id, text }));
    const folder = objects.tree({ 'b.bin': b.id, 'again.bin': a.id });
    const second = objects.commit(objects.tree({ 'a.bin': a.id, folder }), [first]);
    const other = objects.commit(objects.tree({ folder: objects.tree({ deep: objects.tree({ c: c.id }) }) }), [
      ELSEWHERE,
    ]);

    const found = objects.found([second, other]);

    expect([...found.values()].map(({ oid, size, path }) => [oid, size, path])).toEqual(
      expect.arrayContaining([
        [a.oid, 1, 'a.bin'],
        [b.oid, 2, 'folder/b.bin'],
        [c.oid, 3, 'folder/deep/c'],
      ]),
    );
    expect(found.size).toBe(3);
  });

  test('the empty file needs no object, as with git lfs, which is never asked for it', () => {
    const objects = new Objects();
    const [empty, one] = [objects.pointer(''), objects.pointer('one')];
    const wrong = objects.add('blob', `version https://git-lfs.github.com/spec/v1\noid sha256:${one.oid}\nsize 0\n`);
    const commit = objects.commit(objects.tree({ a: wrong, empty: empty.id, one: one.id }));

    expect([...objects.found([commit]).values()]).toEqual([{ oid: one.oid, size: 3, path: 'one' }]);
  });

  test('through an annotated tag, and one of a tag', () => {
    const objects = new Objects();
    const one = objects.pointer('one');
    const commit = objects.commit(objects.tree({ x: one.id }));
    const tag = objects.add('tag', `object ${commit}\ntype commit\ntag v1\n\nv1\n`);
    const outer = objects.add('tag', `object ${tag}\ntype tag\ntag v2\n\nv2\n`);

    expect([...objects.found([outer]).keys()]).toEqual([one.oid]);
  });

  test('what did not come along is not looked for', () => {
    const objects = new Objects();
    const one = objects.pointer('one');
    const commit = objects.commit(objects.tree({ x: one.id, gone: ELSEWHERE, subproject: ELSEWHERE }), [ELSEWHERE]);

    expect([...objects.found([commit, ELSEWHERE]).keys()]).toEqual([one.oid]);
  });

  test('what a message says is no link', () => {
    const objects = new Objects();
    const one = objects.pointer('one');
    const hidden = objects.commit(objects.tree({ x: one.id }));
    const empty = objects.commit(objects.add('tree', ''), [], `parent ${hidden}\n\ntree ${hidden}`);

    expect(objects.found([empty]).size).toBe(0);
  });

  test('twenty thousand folders in each other are gone through without end of the stack, and with a short path', () => {
    const objects = new Objects();
    const deep = objects.pointer('deep');
    let tree = objects.tree({ x: deep.id });
    for (let depth = 0; depth < 20_000; depth += 1) tree = objects.tree({ 'a-folder': tree });
    const tip = objects.commit(tree);

    const [all, holding] = [objects.found([tip]), objects.holding([tip], new Set([deep.oid]))];

    for (const path of [all.get(deep.oid)?.path, holding.get(tip)?.path]) {
      expect(path).toMatch(/^….*a-folder\/a-folder\/x$/);
      expect(path).toHaveLength(200);
    }
  });

  test.each([
    ['that is cut', (entry: Buffer) => Buffer.concat([entry, Buffer.from('100644 y\0too short')])],
    ['with a mode of letters', (entry: Buffer) => Buffer.concat([Buffer.from('x'), entry])],
    ['with a mode that is too long', (entry: Buffer) => Buffer.concat([Buffer.from('1777777777'), entry])],
    ['with a mode that is no type', (entry: Buffer) => Buffer.concat([Buffer.from('0'), entry.subarray(2)])],
    [
      'with an entry without a name',
      (entry: Buffer) => Buffer.concat([entry, Buffer.from('100644 \0'), Buffer.alloc(20)]),
    ],
  ])('a tree %s is not taken for one that holds nothing', (_which, damage) => {
    const objects = new Objects();
    const whole = objects.all.get(objects.tree({ x: objects.pointer('one').id }))?.content ?? Buffer.alloc(0);
    const tip = objects.commit(objects.add('tree', damage(whole)));

    expect(() => objects.found([tip])).toThrow(UnclearObject);
  });

  test.each(['040000', '0000040000', '40755', '040777'])('a folder with the mode %s is one, as for git', (mode) => {
    const objects = new Objects();
    const one = objects.pointer('one');
    const folder = objects.tree({ x: one.id });
    const root = Buffer.concat([Buffer.from(`${mode} folder\0`), Buffer.from(folder, 'hex')]);

    expect([...objects.found([objects.commit(objects.add('tree', root))]).values()]).toEqual([
      expect.objectContaining({ oid: one.oid, path: 'folder/x' }),
    ]);
  });

  test.each(['0100644', '100664', '100600', '120000'])('a file with the mode %s is one', (mode) => {
    const objects = new Objects();
    const one = objects.pointer('one');
    const root = Buffer.concat([Buffer.from(`${mode} x\0`), Buffer.from(one.id, 'hex')]);

    expect([...objects.found([objects.commit(objects.add('tree', root))]).keys()]).toEqual([one.oid]);
  });

  test('every entry of a tree counts, in whatever order, and of whatever name', () => {
    const objects = new Objects();
    const [a, b] = [objects.pointer('a'), objects.pointer('b')];
    const folder = objects.tree({ inner: a.id });
    const entry = (mode: string, name: string, id: string): Buffer =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
    const text = objects.add('blob', 'no pointer');
    const root = Buffer.concat([
      entry('100644', 'z', text),
      entry('40000', 'same', folder),
      entry('100644', 'same', text),
      entry('100644', 'a', text),
      entry('100644', 'a', b.id),
    ]);

    const found = objects.found([objects.commit(objects.add('tree', root))]);

    expect([...found.keys()].toSorted()).toEqual([a.oid, b.oid].toSorted());
  });

  test('a commit names its folder in digits of either case, and the first line alone does', () => {
    const objects = new Objects();
    const one = objects.pointer('one');
    const [tree, empty] = [objects.tree({ x: one.id }), objects.add('tree', '')];
    const people = 'author A <a@b> 0 +0000\ncommitter A <a@b> 0 +0000\n\nx\n';
    const upper = objects.add('commit', `tree ${tree.toUpperCase()}\n${people}`);
    const twice = objects.add('commit', `tree ${tree}\ntree ${empty}\n${people}`);
    const late = objects.add('commit', `author A <a@b> 0 +0000\ntree ${tree}\n\nx\n`);

    expect([...objects.found([upper]).keys()]).toEqual([one.oid]);
    expect([...objects.found([twice]).keys()]).toEqual([one.oid]);
    expect(() => objects.found([late])).toThrow(UnclearObject);
  });

  test('what is hidden from an answer that should be whole is not taken for nothing', () => {
    const objects = new Objects();
    const one = objects.pointer('one');
    const folder = objects.tree({ x: one.id });
    const first = objects.commit(objects.tree({ folder }));
    const tip = objects.commit(objects.tree({}), [first]);
    const tag = objects.add('tag', `object ${tip}\ntype commit\ntag v1\n\nv1\n`);

    expect([...objects.found([tag], true).keys()]).toEqual([one.oid]);
    for (const hidden of [tag, tip, first, folder]) {
      const others = new Objects();
      for (const [id, object] of objects.all) if (id !== hidden) others.all.set(id, object);
      expect(() => others.found([tag], true)).toThrow(UnclearObject);
      expect(() => others.found([tag])).not.toThrow();
    }
  });
});

describe('holding', () => {
  test('only the tips that bring the object along, with its path', () => {
    const objects = new Objects();
    const [good, bad] = [objects.pointer('good'), objects.pointer('bad')];
    const clean = objects.commit(objects.tree({ good: good.id }));
    const folder = objects.tree({ bad: bad.id });
    const before = objects.commit(objects.tree({ good: good.id, folder }), [clean]);
    const after = objects.commit(objects.tree({ good: good.id }), [before]);

    const held = objects.holding([clean, before, after], new Set([bad.oid]));

    expect([...held].map(([tip, { oid, path }]) => [tip, oid, path])).toEqual([
      [before, bad.oid, 'folder/bad'],
      [after, bad.oid, 'folder/bad'],
    ]);
  });

  test('an object that two branches bring along for themselves, and a merge and tags on top of them', () => {
    const objects = new Objects();
    const bad = objects.pointer('bad');
    const root = objects.commit(objects.tree({}));
    const [one, other] = ['one', 'other'].map((name) => objects.commit(objects.tree({ [name]: bad.id }), [root], name));
    const clean = objects.commit(objects.tree({}), [root], 'clean');
    const merge = objects.commit(objects.tree({}), [clean, other!]);
    const tag = objects.add('tag', `object ${merge}\ntype commit\ntag v1\n\nv1\n`);
    const folder = objects.tree({ folder: objects.tree({ bad: bad.id }) });
    const tips = [tag, one!, clean, merge, folder, ELSEWHERE];

    const held = objects.holding(tips, new Set([bad.oid]));

    expect([...held].map(([tip, { path }]) => [tip, path])).toEqual([
      [tag, 'other'],
      [one, 'one'],
      [merge, 'other'],
      [folder, 'folder/bad'],
    ]);
  });

  test('a long history is gone through once, however many tips it has', () => {
    const objects = new Objects();
    const bad = objects.pointer('bad');
    const tips = [objects.commit(objects.tree({ x: bad.id }))];
    const tree = objects.tree({});
    for (let made = 1; made < 20_000; made += 1) tips.push(objects.commit(tree, [tips.at(-1)!], String(made)));
    const clean = objects.commit(tree);
    const asked = jest.spyOn(objects.all, 'get');

    const held = objects.holding([...tips.slice(-50), clean], new Set([bad.oid]));

    expect([held.size, held.has(clean), held.get(tips.at(-1)!)?.path]).toEqual([50, false, 'x']);
    expect(asked.mock.calls.length).toBeLessThan(3 * objects.all.size);
  });

  test('none where nothing is asked for', () => {
    const objects = new Objects();
    const commit = objects.commit(objects.tree({ x: objects.pointer('one').id }));

    expect(objects.holding([commit], new Set()).size).toBe(0);
  });
});
