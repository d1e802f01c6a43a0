const MOST_TRIES = 2000;
const LONGEST_MS = 3000;

/** Takes away as much of an input as leaves it what it is: parts of half its length first, single bytes last. */
export async function minimize(input: Buffer, isSame: (smaller: Buffer) => Promise<boolean>): Promise<Buffer> {
  let least = input;
  const end = Date.now() + LONGEST_MS;
  const goesOn = (): boolean => tries < MOST_TRIES && Date.now() < end;
  let tries = 0;
  for (let size = Math.ceil(input.length / 2); size >= 1 && goesOn(); size = Math.floor(size / 2)) {
    for (let at = 0; at < least.length && goesOn();) {
      const smaller = Buffer.concat([least.subarray(0, at), least.subarray(at + size)]);
      tries += 1;
      if (await isSame(smaller)) least = smaller;
      else at += size;
    }
  }
  return least;
}
