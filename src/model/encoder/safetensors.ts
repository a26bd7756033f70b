/** The safetensors format (https://github.com/huggingface/safetensors): a JSON header, then the tensors' bytes. */
import * as v from 'valibot';
import { SpangridError } from '../../errors';

/** A tensor as it lies in the file. */
export type StoredTensor =
  | { readonly dtype: 'F32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'I8'; readonly shape: readonly number[]; readonly data: Int8Array }
  | { readonly dtype: 'I32'; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: 'I64'; readonly shape: readonly number[]; readonly data: BigInt64Array };

const index = v.pipe(v.number(), v.integer(), v.minValue(0));
const Header = v.record(v.string(), v.object({ dtype: v.string(), shape: v.array(index), data_offsets: v.tuple([index, index]) }));

const ARRAYS = { F32: Float32Array, I8: Int8Array, I32: Int32Array, I64: BigInt64Array };

/**
 * The tensors of a file's bytes, by name. Views into `bytes` where alignment allows, copies elsewhere.
 * Errors: model.invalid names the file and what is wrong (truncated, unknown type, sizes that do not fit).
 */
export function parseSafetensors(bytes: Uint8Array, file: string): Map<string, StoredTensor> {
  const fail = (what: string): never => {
    throw new SpangridError('model.invalid', `${file} is not a complete safetensors file: ${what}. Get the model again.`);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = bytes.byteLength < 8 ? fail('it is shorter than a header') : Number(view.getBigUint64(0, true));
  if (headerLength > bytes.byteLength - 8) fail('its header is cut off');
  let header;
  try {
    const { __metadata__: _, ...tensors } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength))) as Record<
      string,
      unknown
    >;
    header = v.parse(Header, tensors);
  } catch {
    return fail('its header is not readable');
  }
  const body = 8 + headerLength;
  return new Map(
    Object.entries(header).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [start, end],
        },
      ]) => {
        if (!(dtype in ARRAYS)) fail(`${name} has the type ${dtype}; F32, I8, I32 and I64 are read`);
        const ArrayType = ARRAYS[dtype as keyof typeof ARRAYS];
        const elements = shape.reduce((product, size) => product * size, 1);
        if (end - start !== elements * ArrayType.BYTES_PER_ELEMENT) fail(`${name} does not fill its shape`);
        if (body + end > bytes.byteLength) fail(`${name} is cut off`);
        const at = bytes.byteOffset + body + start;
        const data =
          at % ArrayType.BYTES_PER_ELEMENT === 0
            ? new ArrayType(bytes.buffer as ArrayBuffer, at, elements)
            : new ArrayType(bytes.buffer.slice(at, at + end - start) as ArrayBuffer);
        return [name, { dtype, shape, data } as StoredTensor];
      },
    ),
  );
}

/**
 * The pieces of a file that holds these tensors: the header, then each tensor's own memory, which is not copied. Tensors stand by type,
 * largest elements first, so that each is aligned to its elements; then by name.
 */
export function safetensors(tensors: ReadonlyMap<string, StoredTensor>): Uint8Array[] {
  const sorted = [...tensors].sort(
    ([a, { data: of }], [b, { data: other }]) => other.BYTES_PER_ELEMENT - of.BYTES_PER_ELEMENT || (a < b ? -1 : 1),
  );
  let offset = 0;
  const header = Object.fromEntries(
    sorted.map(([name, { dtype, shape, data }]) => {
      const start = offset;
      offset += data.byteLength;
      return [name, { dtype, shape, data_offsets: [start, offset] }];
    }),
  );
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padding = (8 - (json.length % 8)) % 8;
  const head = new Uint8Array(8 + json.length + padding).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(json.length + padding), true);
  head.set(json, 8);
  return [head, ...sorted.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))];
}
