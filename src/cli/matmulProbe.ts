import { Graph } from '../model/graph/graph';
import { MatMul } from '../model/graph/operators';
import { float32 } from '../model/graph/tensor';
import { Session } from '../model/runtime/session';
import { spreadOf } from './statistics';

const SIZE = 512;
const WARM_UPS = 5;
const REPEATS = 30;

/** Billions of float32 operations a second in dense 512 x 512 products (median): a yardstick for the machine. Errors: runtime.*. */
export async function matmulSpeed(): Promise<number> {
  const graph = new Graph();
  const matrix = float32(
    [SIZE, SIZE],
    Float32Array.from({ length: SIZE * SIZE }, (_, index) => (index % 7) / 7),
  );
  graph.output('product', MatMul(graph.input('a', 'float32', [SIZE, SIZE]), graph.constant('b', matrix)));
  const session = await Session.create(graph);
  const times: number[] = [];
  for (let run = 0; run < WARM_UPS + REPEATS; run += 1) {
    const started = performance.now();
    await session.run({ a: matrix });
    if (run >= WARM_UPS) times.push(performance.now() - started);
  }
  await session.dispose();
  return (2 * SIZE ** 3) / 1e6 / spreadOf(times).median;
}
