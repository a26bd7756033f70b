import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { Browsers, type PageUnderTest } from './page';

/** A browser for the tests of a file: what a test opens is closed after it, and must have given the browser nothing to complain about. */
export function useBrowsers(): Pick<Browsers, 'open' | 'openView'> {
  let browsers: Browsers;
  const opened: PageUnderTest[] = [];
  const keep = <T extends PageUnderTest>(page: T): T => {
    opened.push(page);
    return page;
  };
  beforeAll(async () => {
    browsers = await Browsers.start();
  });
  afterAll(async () => {
    await browsers.stop();
  });
  afterEach(async () => {
    for (const page of opened.splice(0)) {
      expect(page.complaints, 'errors and breaches of the content security policy').toEqual([]);
      await page.close();
    }
  });
  return {
    open: async (options) => keep(await browsers.open(options)),
    openView: async (name, options) => keep(await browsers.openView(name, options)),
  };
}
