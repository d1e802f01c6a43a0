import { expectation, shown, type Expectation } from '../__tests__/repositories/rules.js';
import type { ChosenPolicy, Scene } from './choices.js';
import type { Fixture } from './fixtures.js';

/** What the rules want of a run, by git's own judgement of ancestry. Asked once for each scene and policy. */
export function wantedOf({ source, targets, wanted }: Fixture, scene: Scene, policy: ChosenPolicy): Expectation {
  const key = `${scene} ${policy.prune} ${policy.keepDivergentRefs}`;
  const known = wanted.get(key);
  if (known !== undefined) return known;
  const asked = { ...policy, branches: [], tags: [], mirrorBranchRegex: '' };
  const traits = { sourceSymrefs: true, targetSymrefs: true, leavesFolders: false };
  const made = expectation(shown(source), shown(targets[scene]), asked, traits);
  wanted.set(key, made);
  return made;
}
