import { tmpdir } from 'node:os';
import { TemporaryPlaces } from '../src/protocol/programs/temporary-places.js';

/** Temporary files in these folders, or in that of the system; a folder that cannot be removed fails the test. */
export function temporaryIn(...places: readonly string[]): TemporaryPlaces {
  const warn = (sentence: string): never => {
    throw new Error(sentence);
  };
  return new TemporaryPlaces({ places: places.length === 0 ? [tmpdir()] : places, warn });
}
