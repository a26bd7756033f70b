// Entry of the thread in which regular expressions of people run: one that would match for ever is ended with it.
import { parentPort, workerData } from 'node:worker_threads';
import type { Match } from '../annotation/patterns';
import type { MatchingTask } from './matching';

const { expressions, texts } = workerData as MatchingTask;

function matchesOf(expression: RegExp, text: string): readonly Match[] {
  return Array.from(text.matchAll(expression), ({ index, 0: match }): Match => [index, index + match.length]);
}

// An expression's matches are told as soon as they are known: what is told last says which one takes so long.
parentPort?.postMessage('started');
for (const { source, ignoreCase } of expressions) {
  const expression = new RegExp(source, ignoreCase ? 'giu' : 'gu');
  parentPort?.postMessage(texts.map((text) => matchesOf(expression, text)));
}
