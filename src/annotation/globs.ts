/**
 * Whether a path, relative and with "/" between folders, is meant by a glob: `*` and `?` within a name, `**` over folders, `{a,b}` for
 * one of several.
 */
export function matchesGlob(glob: string, path: string): boolean {
  let depth = 0;
  const source = glob.replace(/\*\*\/|\*\*|[*?{},]|[^*?{},]+/g, (part) => {
    switch (part) {
      case '**/':
        return '(?:.*/)?';
      case '**':
        return '.*';
      case '*':
        return '[^/]*';
      case '?':
        return '[^/]';
      case '{':
        depth += 1;
        return '(?:';
      case '}':
        if (depth === 0) return '\\}';
        depth -= 1;
        return ')';
      case ',':
        return depth > 0 ? '|' : ',';
      default:
        return part.replace(/[\\^$.+()|[\]/-]/g, '\\$&');
    }
  });
  return new RegExp(`^${source}${')'.repeat(depth)}$`, 's').test(path);
}
