import { Worker } from 'node:worker_threads';
import type { Expression, Match, Matcher } from '../annotation/patterns';
import { SpangridError } from '../errors';

/** What the thread is given. */
export interface MatchingTask {
  readonly expressions: readonly Expression[];
  readonly texts: readonly string[];
}

/**
 * Runs regular expressions in a thread of their own, which is ended when one takes too long.
 * @param threadPath of the bundled `matchingThread`
 * @param limitMs milliseconds that one expression may take for all texts
 */
export function threadMatcher(threadPath: string, limitMs: number): Matcher {
  return (expressions, texts) =>
    new Promise((resolve, reject) => {
      const found: (readonly (readonly Match[])[])[] = [];
      const thread = new Worker(threadPath, { workerData: { expressions, texts } satisfies MatchingTask });
      let timer: NodeJS.Timeout | undefined;
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        void thread.terminate();
        settle();
      };
      thread.on('message', (message: 'started' | readonly (readonly Match[])[]) => {
        if (message !== 'started') found.push(message);
        if (found.length === expressions.length) {
          end(() => {
            resolve(found);
          });
          return;
        }
        clearTimeout(timer);
        timer = setTimeout(() => {
          end(() => {
            reject(tooSlow(expressions[found.length], limitMs));
          });
        }, limitMs);
      });
      thread.on('error', (error) => {
        end(() => {
          reject(error);
        });
      });
    });
}

function tooSlow(expression: Expression | undefined, limitMs: number): SpangridError {
  return new SpangridError(
    'pattern.timeout',
    `The expression ${JSON.stringify(expression?.source)} of ${expression?.type ?? ''} was stopped after ${String(limitMs / 1000)} seconds: it may match for ever. Write it without a repetition inside a repetition, such as (a+)+, or split it in several.`,
  );
}
