/** Does what `editing.mjs` measures in the table's page, in a real browser without a graphics card, and prints the figures. */
import { documentOf, heatOf, NEWS, sizedView, summaryOf } from '../../test/webview/fixtures';
import { Browsers } from '../../test/webview/page';
import { row, say } from '../figures';

const EDITS = 100;
const FRAMES = 180;
const PIXELS_A_FRAME = 24;
/** Of the fixture's faint heat, which a quarter of the cells have, so much is left: the shipped models see some in 4 to 7 of 1,000 cells of 300 words. */
const FAINT = { highest: 8, kept: 50 };

const browsers = await Browsers.start();
try {
  const table = await browsers.open();
  const browser = await table.page.context().newCDPSession(table.page);
  await browser.send('Performance.enable', { timeDomain: 'threadTicks' });
  /** What the page's main thread has worked so far, in ms: whatever else the machine does meanwhile, it counts its own time alone. */
  const worked = async (): Promise<number> => {
    const { metrics } = await browser.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
  };
  await table.send(documentOf(Array.from({ length: 2000 }, () => summaryOf(NEWS))), { kind: 'sentence', sentence: NEWS });
  const edits = Array.from({ length: EDITS }, (_, round) => {
    const type = round % 2 === 0 ? 'Loc' : 'Org';
    const sentence = { ...NEWS, mentions: NEWS.mentions.map((mention, at) => (at === 0 ? { ...mention, type } : mention)) };
    return [
      { kind: 'sentences', change: { start: 0, end: 1, sentences: [{ ...summaryOf(sentence), doubt: round / EDITS }] } },
      { kind: 'sentence', sentence },
    ];
  });
  const beforeEdits = await worked();
  const [work, painted] = await table.page.evaluate(async (all) => {
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    const [laidOut, shown]: [number[], number[]] = [[], []];
    for (const messages of all) {
      await frame();
      const started = performance.now();
      for (const data of messages) window.dispatchEvent(new MessageEvent('message', { data, origin: location.origin, source: window }));
      // Whoever asks for a size makes the browser lay out what was changed.
      document.body.getBoundingClientRect();
      laidOut.push(performance.now() - started);
      await frame();
      await new Promise((resolve) => setTimeout(resolve));
      shown.push(performance.now() - started);
    }
    return [laidOut, shown];
  }, edits);
  row('the page: an edit, with its layout', work);
  row('the page: until the frame is painted', painted);
  say(`the main thread's own time for an edit and its frame: ${(((await worked()) - beforeEdits) / EDITS).toFixed(1)} ms`);

  const long = sizedView(0, 300);
  const { values, ...heat } = heatOf(long);
  const sparse = values.map((value, at) => (value <= FAINT.highest && at % FAINT.kept !== 0 ? 0 : value));
  await table.send({ kind: 'sentence', sentence: long }, { kind: 'heat', heat: { ...heat, values: sparse } });
  const beforeFrames = await worked();
  const intervals = await table.page.evaluate(
    async ([frames, pixels]) => {
      const scroller = document.querySelector('.scroller');
      const times: number[] = [];
      let last = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
      for (let at = 1; at <= frames; at += 1) {
        scroller?.scrollTo({ left: at * pixels, top: at * pixels, behavior: 'instant' });
        const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
        times.push(now - last);
        last = now;
      }
      return times;
    },
    [FRAMES, PIXELS_A_FRAME] as const,
  );
  row('the page: a frame while 300 words scroll', intervals);
  say(`the main thread's own time for a frame: ${(((await worked()) - beforeFrames) / FRAMES).toFixed(1)} ms`);
  const late = intervals.filter((time) => time > 1000 / 60 + 4).length;
  say(`frames later than a sixtieth of a second: ${String(late)} of ${String(FRAMES)}`);
} finally {
  await browsers.stop();
}
