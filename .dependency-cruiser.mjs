// The one-way arrows between folders (ARCHITECTURE.md draws them). What is not allowed here is forbidden.

/** Folders of src/, and what each may import besides itself, src/errors.ts and packages. */
const ARROWS = {
  'extension[.]ts': [
    'editor/',
    'engine/(client|devices|matching|messages)[.]ts',
    'protocol/',
    'annotation/',
    'exchange/',
    'formats/',
    'files/',
    'text/',
  ],
  'editor/': ['engine/(client|devices|matching|messages)[.]ts', 'protocol/', 'annotation/', 'exchange/', 'formats/', 'files/', 'text/'],
  'cli/': ['model/', 'annotation/', 'exchange/', 'formats/', 'files/', 'plot/', 'text/'],
  'webview/': ['protocol/', 'annotation/', 'plot/'],
  'protocol/': ['annotation/'],
  'engine/(process|server)[.]ts': ['model/', 'files/', 'text/', 'annotation/'],
  'engine/': ['annotation/', 'text/'],
  'model/': ['text/', 'annotation/', 'files/'],
  'exchange/': ['formats/', 'files/', 'annotation/', 'text/'],
  'files/': ['annotation/', 'text/'],
  'formats/': ['annotation/', 'text/'],
  'annotation/': ['text/'],
};

/** Packages and Node modules that one place alone may import. */
const ONLY = {
  vscode: { path: '(^|/)(@types/)?vscode(/|$)', in: '^src/(editor/|extension[.]ts$)' },
  'onnxruntime-node': { path: '(^|/)onnxruntime-node(/|$)', in: '^src/model/runtime/' },
  'the subword tokenizer': { path: '(^|/)(@xenova/transformers|@huggingface/(transformers|tokenizers))(/|$)', in: '^src/model/subwords/' },
  'the disk': { path: '^(node:)?fs(/|$)', in: '^src/files/' },
  // The bench starts the programs that it measures; git is asked for the texts that it merges, and for its log.
  'child processes': {
    path: '^(node:)?(child_process|cluster|worker_threads)$',
    in: '^src/(engine/|cli/measuredProcesses[.]ts$|files/(git|history)[.]ts$)',
  },
  'the network': { path: '^(node:)?(net|tls|http|https|http2|dgram|dns|dns/promises)$', in: '^$' },
};

/** @satisfies {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(ONLY).map(([name, rule]) => ({
      name: `only-one-place: ${name}`,
      severity: /** @type {const} */ ('error'),
      from: { path: '^src/', pathNot: rule.in },
      to: { path: rule.path },
    })),
    {
      name: 'no-node-in-the-browser',
      severity: 'error',
      from: { path: '^src/(webview|protocol)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure',
      comment: 'These compute; they touch nothing outside. node:crypto computes hashes.',
      severity: 'error',
      from: { path: '^src/(text|annotation|formats|plot)/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^vscode$' } },
    {
      name: 'no-dev-package-in-the-product',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'no-test-in-the-product',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts|bench)/' },
    },
  ],
  allowed: [
    { from: { pathNot: '^src/' }, to: {} },
    { from: { path: '^src/' }, to: { pathNot: '^src/' } },
    { from: { path: '^src/' }, to: { path: '^src/errors[.]ts$' } },
    { from: { path: '^src/([^/]+)/' }, to: { path: '^src/$1/' } },
    ...Object.entries(ARROWS).map(([from, to]) => ({ from: { path: `^src/${from}` }, to: { path: `^src/(${to.join('|')})` } })),
  ],
  allowedSeverity: 'error',
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|out|test/fixtures)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
