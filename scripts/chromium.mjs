// Debian's Chromium, as every test starts it: `chromium.launch(CHROMIUM)`.

/** For playwright-core: no sandbox (the tests run as root), nothing that calls home, nothing of the machine's own. */
export const CHROMIUM = {
  executablePath: '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
  // It ends with the process that started it; playwright's own handlers would keep that alive.
  handleSIGINT: false,
  handleSIGTERM: false,
  handleSIGHUP: false,
};
