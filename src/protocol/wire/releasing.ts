import type { Answer } from './transport.js';

/** The pack in an answer. Read to its end it releases the answer; given up it aborts it. */
export async function* releasing(
  pack: AsyncGenerator<Buffer, void, undefined>,
  answer: Answer,
): AsyncGenerator<Buffer, void, undefined> {
  let isComplete = false;
  try {
    yield* pack;
    isComplete = true;
  } finally {
    if (!isComplete) answer.abort();
  }
  await answer.release();
}
