// Rules for ESLint on how the files of a folder may import one another. Their options: `{ root, floors, pure }`.
import { relative, sep } from 'node:path';
import { circleThrough, importGraph, importsIn, isDownward, wayOutside } from './imports.mjs';

const graphs = new Map();
const graphOf = (root) => {
  if (!graphs.has(root)) graphs.set(root, importGraph(root));
  return graphs.get(root);
};

/** A rule that looks at one file as a whole; `check(file, options, text)` gives the messages. */
const fileRule = (check) => ({
  meta: { type: 'problem', schema: [{ type: 'object' }] },
  create: (context) => ({
    Program: (node) => {
      const [options] = context.options;
      const file = relative(context.cwd, context.filename).split(sep).join('/');
      for (const message of check(file, options, context.sourceCode.text)) context.report({ node, message });
    },
  }),
});

const downward = fileRule((file, options, text) =>
  importsIn(file, text)
    .filter(({ to, isFile }) => isFile && !isDownward(file, to, options))
    .map(({ to }) => `imports ${to}, which is not on a floor below`),
);

const noCircles = fileRule((file, { root }) => {
  const way = circleThrough(file, graphOf(root));
  return way === undefined ? [] : [`imports itself by ${way.join(' -> ')}`];
});

const pure = fileRule((file, { root, pure: files }) => {
  if (!files.some((name) => file === `${root}/${name}`)) return [];
  const way = wayOutside(file, graphOf(root));
  return way === undefined ? [] : [`is to compute and nothing else, and loads ${way.join(' -> ')}`];
});

/** The rules, as a plugin of ESLint. */
export const rooms = { rules: { downward, 'no-circles': noCircles, pure } };

/** The rules of the house, for the configuration of a folder of sources. */
export const houseRules = (options) => ({
  plugins: { rooms },
  rules: {
    'rooms/downward': ['error', options],
    'rooms/no-circles': ['error', options],
    'rooms/pure': ['error', options],
    'max-params': ['error', { max: 4 }],
    'max-lines': ['error', { max: 300 }],
    'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  },
});
