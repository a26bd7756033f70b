import type { Prediction } from '../annotation/prediction';
import type { TokenSentence } from '../annotation/tokenSentence';
import { SpangridError } from '../errors';
import { typesName, writeSpert, writeTypes } from '../formats/spert';
import { Extractor } from '../model/extract';
import { command, usageError } from './command';
import { readDataSet } from './dataSet';
import { chooseModel, MODEL_OPTIONS, parseThreshold, READING_OPTIONS, scoringAtLeast } from './modelOptions';
import { checkOutput, FORCE_OPTION, outputName, writeFiles } from './outputFile';

/** A data set in, the same with a model's predictions out. */
export const predict = command({
  name: 'predict',
  summary: 'predicts entities and relations for the sentences of a data set',
  usage: '--data FILE.json [OPTION...]',
  takesWords: false,
  options: {
    data: {
      type: 'string',
      value: 'FILE',
      help: 'sentences in SpERT JSON (the format of CoNLL04) or DyGIE++ JSON lines; their own annotations are not looked at',
    },
    out: { type: 'string', value: 'FILE', help: 'write there, and FILE_types.json beside it, instead of to standard output' },
    force: FORCE_OPTION,
    ...MODEL_OPTIONS,
    ...READING_OPTIONS,
  },
  notes: [
    'The output is SpERT JSON with the same tokens, in the same order; each entity and relation has its score under the key "score".',
  ],
  async run({ data, out, threshold: lowest, 'no-constraints': isFree = false, force = false, ...model }, _words, terminal) {
    if (data === undefined) throw usageError('predict', 'Name the data with --data');
    const threshold = parseThreshold(lowest);
    const chosen = await chooseModel(model);
    if (out !== undefined) await checkOutput([out, typesName(out)], [data], force);
    const { sentences } = await readDataSet(data);
    if (sentences.length === 0) throw new SpangridError('text.empty', `${data} has no sentences.`);
    const extractor = await Extractor.open(chosen.folder, chosen);
    const predicted: TokenSentence[] = [];
    await extractor.extract(
      sentences.map(({ tokens }) => tokens),
      {
        constraints: !isFree,
        tables: false,
        signal: terminal.signal,
        onSentence: (index, prediction) => {
          const { tokens, origId } = sentences[index] ?? { tokens: [] };
          predicted.push({ tokens, ...rounded(scoringAtLeast(threshold, prediction)), ...(origId === undefined ? {} : { origId }) });
          terminal.progress(index + 1, sentences.length, 'sentences');
        },
      },
    );
    terminal.endProgress();
    const content = writeSpert(predicted);
    if (out === undefined) {
      terminal.print(content);
      return 0;
    }
    const name = outputName(out);
    const written = await writeFiles(out, [
      { name, content },
      { name: typesName(name), content: writeTypes(extractor.schema) },
    ]);
    terminal.say(`${String(predicted.length)} sentences (${extractor.name} on ${extractor.device}), written to ${written.join(' and ')}`);
    return 0;
  },
});

/** Four decimals of each score, as everywhere in files. */
function rounded({ mentions, relations }: Prediction): Prediction {
  const short = <T extends { readonly score: number }>(item: T): T => ({ ...item, score: Math.round(item.score * 10_000) / 10_000 });
  return { mentions: mentions.map(short), relations: relations.map(short) };
}
