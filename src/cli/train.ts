import { basename, resolve } from 'node:path';
import { lossText } from '../formats/losses';
import { command, usageError } from './command';
import type { Terminal } from './terminal';
import { trainFolds } from './trainFolds';
import { noticesOf, readTrainingData } from './trainingData';
import { duration, f1Of, inWords } from './trainingFigures';
import { startOf } from './trainingStart';
import { refuseToOverwrite, trainModel } from './trainModel';
import { settingsOf, TRAIN_OPTIONS, type TrainValues } from './trainOptions';

/** Trains a model, from an encoder or from a model; or one a fold of a cross-validation. */
export const train = command({
  name: 'train',
  summary: 'trains a model on annotated sentences',
  usage: '(--train FILE --dev FILE | --folds PATH) (--encoder FOLDER | --init MODEL) --out FOLDER [OPTION...]',
  takesWords: false,
  options: TRAIN_OPTIONS,
  notes: [
    'All data is checked before anything starts. The epoch with the best RE+ on dev (with --add-dev, the last) is written to --out as a model folder.',
    'Ctrl+C stops; the same command with --resume goes on from the end of the last epoch, from exactly the numbers that it stopped with.',
    'With --folds, each fold is trained on what the others hold, but for a tenth by which its epoch is chosen (with --add-dev, on that, too), and tested; its model goes to\nfold-NAME in --out, its scores and the mean over the folds that ran to folds.json. A fold that is done is not done again.',
  ],
  async run(values, _words, terminal) {
    const { out, folds } = values;
    if (out === undefined) throw usageError('train', 'Name the folder of the model with --out');
    if ((values.encoder === undefined) === (values.init === undefined))
      throw usageError('train', 'Name what to start from, with either --encoder or --init');
    const settings = settingsOf(values);
    if (folds !== undefined) {
      const [unfit] = (['train', 'dev', 'test'] as const).filter((name) => values[name] !== undefined);
      if (unfit !== undefined) throw usageError('train', `--${unfit} names data, and with --folds that comes from the folds`);
      await trainFolds({ path: folds, out, values, settings }, terminal);
      return 0;
    }
    const [unfit] = (['only-folds', 'data'] as const).filter((name) => values[name] !== undefined);
    if (unfit !== undefined) throw usageError('train', `--${unfit} says something of --folds, which is not given`);
    await trainOne(out, values, settings, terminal);
    return 0;
  },
});

async function trainOne(out: string, values: TrainValues, settings: ReturnType<typeof settingsOf>, terminal: Terminal): Promise<void> {
  const { train: trainFile, dev: devFile, test: testFile } = values;
  if (trainFile === undefined || devFile === undefined) throw usageError('train', 'Name the data with --train and --dev');
  const data = await readTrainingData({ train: trainFile, dev: devFile, test: testFile, types: values.types, addDev: settings.addDev });
  for (const line of data.about) terminal.say(line);
  for (const line of noticesOf(data, { train: trainFile, dev: devFile })) terminal.say(line);
  for (const loss of data.test?.losses ?? []) terminal.say(`${testFile ?? ''}: not scored: ${lossText(loss)}`);
  const start = await startOf(values, data, settings.seed);
  if (values.resume !== true) await refuseToOverwrite(out);
  const { outcome, scores } = await trainModel(
    {
      start,
      data,
      test: data.test?.sentences,
      settings,
      out,
      isResumed: values.resume === true,
      name: values.name ?? basename(resolve(out)),
      title: basename(resolve(out)),
      about: {
        set: basename(trainFile).replace(/[._-]?train.*$/i, '') || 'data',
        train: basename(trainFile),
        dev: basename(devFile),
        terms: values.terms,
      },
      prefix: '',
    },
    terminal,
  );
  for (const [split, of] of Object.entries(scores)) terminal.print(`${split}: ${inWords(f1Of(of, 'micro'))} (as written, in 8 bits)\n`);
  terminal.print(`Wrote ${out} (epoch ${String(outcome.best.epoch)}; ${duration(outcome.seconds)} of training)\n`);
  if (outcome.failure !== undefined) throw outcome.failure;
}
